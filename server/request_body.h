/* What comes with a request, checked and read as its route says. */
#ifndef SERVER_REQUEST_BODY_H
#define SERVER_REQUEST_BODY_H

#include "net/http_server.h"
#include "request.h"
#include "wire/buffer.h"

/* Bytes of body that are taken. */
size_t request_body_max(const struct request *request);

/* What the head alone shows to be wrong with the body: 0, or the status (413, 415, 401) with the
   answer's body appended. Remembers the type. */
int request_body_refusal(struct request *request, const struct http_head *head,
                         struct buffer *answer);

/* Reads params, body and query. False with the body of an answer 400 appended. */
bool request_body_read(struct request *request, struct slice text, struct buffer *answer);

#endif
