/* Cross-origin requests (the Fetch standard, "CORS protocol"): every origin may ask, since a token
   is needed anyway and no cookie is looked at. */
#ifndef SERVER_CORS_H
#define SERVER_CORS_H

#include <stdbool.h>

#include "net/http_server.h"

/* The header that every answer carries. */
extern const struct http_header CORS_ORIGIN;

/* Answers OPTIONS, on any path: 204 for a preflight, else 400. False for another method. */
bool cors_answer(struct http_exchange *exchange);

#endif
