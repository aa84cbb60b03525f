/* Bodies compressed as the client accepts it (RFC 9110, 12.5.3). */
#ifndef NET_CONTENT_ENCODING_H
#define NET_CONTENT_ENCODING_H

#include "net/http_parser.h"
#include "wire/buffer.h"

#define CONTENT_ENCODING_MIN 1024u /* bytes; smaller bodies stay as they are */

/* The name for Content-Encoding, with `encoded` appended to: "gzip", or "deflate" when that is not
   accepted; NULL when the body is to go as it is. */
const char *content_encode(const struct http_head *head, struct slice body, struct buffer *encoded);

#endif
