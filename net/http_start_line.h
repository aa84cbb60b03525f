/* The rules of heads that libhttp-parser, as it is packaged, does not enforce. */
#ifndef NET_HTTP_START_LINE_H
#define NET_HTTP_START_LINE_H

#include "net/http_parser.h"

/* Both return 0, or -1 with `status` set to what a request deserves. `text` is the whole head. */
int http_check_request(struct slice text, struct http_head *head, int *status, struct error *error);
int http_check_response(struct slice text, struct http_head *head, struct error *error);

#endif
