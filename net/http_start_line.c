#include "net/http_start_line.h"

#define LENGTH_DIGITS_MAX 18

static int invalid(int *status, int with, struct error *error, const char *what)
{
    *status = with;
    return error_set(error, ERROR_INVALID, "HTTP: %s", what);
}

/* RFC 9110, 5.6.2 */
static bool is_token(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        if (!((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
              (byte >= 'a' && byte <= 'z') || (byte && strchr("!#$%&'*+-.^_`|~", byte))))
            return false;
    }
    return text.length > 0;
}

static bool is_visible(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return text.length > 0;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool read_length(struct slice text, int64_t *length)
{
    *length = 0;
    if (text.length == 0 || text.length > LENGTH_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.data[i]))
            return false;
        *length = *length * 10 + (text.data[i] - '0');
    }
    return true;
}

/* RFC 9112, 6.3: with more than one way to tell the length, two readers may come to two ends. */
static int read_framing(struct http_head *head, int *status, struct error *error)
{
    struct slice coding, length;
    bool has_coding = http_head_find(head, "transfer-encoding", &coding);
    bool has_length = http_head_find(head, "content-length", &length);
    head->content_length = 0;
    if (has_coding && has_length)
        return invalid(status, 400, error, "there are a Content-Length and a Transfer-Encoding");
    if (has_coding && head->minor_version == 0)
        return invalid(status, 400, error, "HTTP/1.0 has no Transfer-Encoding");
    if (http_head_count(head, "transfer-encoding") > 1)
        return invalid(status, 400, error, "there are two Transfer-Encodings");
    if (has_coding && !http_name_equals(coding, "chunked"))
        return invalid(status, 501, error, "the Transfer-Encoding is not supported");
    if (http_head_count(head, "content-length") > 1)
        return invalid(status, 400, error, "there are two Content-Lengths");
    if (has_length && !read_length(length, &head->content_length))
        return invalid(status, 400, error, "the Content-Length is not a number");
    head->chunked = has_coding;
    if (has_coding)
        head->content_length = HTTP_LENGTH_UNKNOWN;
    head->has_body = has_coding || has_length;
    return 0;
}

static int check_headers(struct http_head *head, int *status, struct error *error)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (!is_token(head->headers[i].name))
            return invalid(status, 400, error, "a header's name has a character it cannot have");
    head->keep_alive = head->minor_version == 1 ? !http_head_lists(head, "connection", "close")
                                                : http_head_lists(head, "connection", "keep-alive");
    return read_framing(head, status, error);
}

/* "METHOD target HTTP/1.1" with single spaces. */
static int check_request_line(struct slice text, struct http_head *head, int *status,
                              struct error *error)
{
    const char *space = memchr(text.data, ' ', text.length);
    const char *end = memchr(text.data, '\r', text.length);
    head->method = slice_of(text.data, space ? (size_t)(space - text.data) : 0);
    const char *behind = head->target.data ? head->target.data + head->target.length : NULL;
    if (!end || !behind || head->target.data != space + 1 || end - behind != 9 ||
        memcmp(behind, " HTTP/", 6) != 0 || !is_digit(behind[6]) || behind[7] != '.' ||
        !is_digit(behind[8]))
        return invalid(status, 400, error, "the request line is malformed");
    if (!is_visible(head->target))
        return invalid(status, 400, error, "the request's target has a character it cannot have");
    if (head->target.length > HTTP_TARGET_MAX)
        return invalid(status, 414, error, "the request's target is longer than 16 KiB");
    if (behind[6] != '1' || behind[8] > '1')
        return invalid(status, 505, error, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    head->minor_version = behind[8] - '0';
    return 0;
}

int http_check_request(struct slice text, struct http_head *head, int *status, struct error *error)
{
    if (check_request_line(text, head, status, error) != 0 ||
        check_headers(head, status, error) != 0)
        return -1;
    size_t hosts = http_head_count(head, "host");
    if (hosts > 1 || (hosts == 0 && head->minor_version == 1))
        return invalid(status, 400, error, "a request has one Host");
    head->upgrade =
        http_head_count(head, "upgrade") > 0 && http_head_lists(head, "connection", "upgrade");
    return 0;
}

/* "HTTP/1.1 200 reason"; the blank before an empty reason is often left out. */
static bool is_status_line(struct slice text)
{
    const char *line = text.data;
    return text.length > 13 && memcmp(line, "HTTP/1.", 7) == 0 &&
           (line[7] == '0' || line[7] == '1') && line[8] == ' ' && line[9] >= '1' &&
           line[9] <= '9' && is_digit(line[10]) && is_digit(line[11]) &&
           (line[12] == ' ' || line[12] == '\r');
}

int http_check_response(struct slice text, struct http_head *head, struct error *error)
{
    int status;
    if (!is_status_line(text))
        return invalid(&status, 400, error, "the status line is malformed");
    head->minor_version = text.data[7] - '0';
    head->status = (text.data[9] - '0') * 100 + (text.data[10] - '0') * 10 + (text.data[11] - '0');
    if (check_headers(head, &status, error) != 0)
        return -1;
    head->upgrade = head->status == 101;
    if (head->status < 200 || head->status == 204 || head->status == 304) {
        head->has_body = false;
        head->chunked = false;
        head->content_length = 0;
    } else if (!head->has_body) {
        head->has_body = true;
        head->content_length = HTTP_LENGTH_UNKNOWN;
        head->keep_alive = false;
    }
    return 0;
}
