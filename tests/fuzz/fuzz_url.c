/* Any text as a URL and as a reference to one: what is accepted can be written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/url.h"

static void check(const struct url *url)
{
    struct buffer text = {0};
    struct url again;
    url_put_origin(&text, url);
    buffer_append_string(&text, url->target);
    if (url->target[0] != '/' || strpbrk(url->target, " \r\n#"))
        abort();
    if (text.length <= URL_LENGTH_MAX) {
        if (url_parse(text.data, &again, NULL) < 0 || !url_same_origin(url, &again) ||
            strcmp(again.target, url->target) != 0)
            abort();
        url_free(&again);
    }
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct url url, base;
    char *text = strndup((const char *)data, size);
    if (text && url_parse(text, &url, NULL) == 0) {
        check(&url);
        url_free(&url);
    }
    if (text && url_parse("https://h.example:8443/a/b?c", &base, NULL) == 0) {
        if (url_resolve(&base, text, &url, NULL) == 0) {
            check(&url);
            url_free(&url);
        }
        url_free(&base);
    }
    free(text);
    return 0;
}
