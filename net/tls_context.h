/* What client and server have in common. */
#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include <openssl/ssl.h>

#include "wire/error.h"

/* TLS 1.2 or later, no renegotiation, no sessions kept in memory, buffers only while in use. NULL
   with `error` filled on failure. */
SSL_CTX *tls_context_new(const SSL_METHOD *method, struct error *error);

/* "WHAT cannot be read: OpenSSL's reason". Empties OpenSSL's error queue. Returns -1. */
int tls_context_failed(const char *what, struct error *error);

#endif
