/* Why a TLS handshake failed, in a sentence. */
#ifndef NET_TLS_FAULT_H
#define NET_TLS_FAULT_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "wire/error.h"

#define TLS_FAULT_TEXT_MAX 192

/* What was noted of the certificate that was not accepted, while it could be seen. */
struct tls_certificate_fault {
    int code;      /* X509_V_ERR_…; X509_V_OK when there was none */
    bool issuer;   /* not the server's own but one of the chain above it */
    char date[32]; /* on which its validity ends, or begins */
    char issuer_name[TLS_FAULT_TEXT_MAX];
    char names[TLS_FAULT_TEXT_MAX]; /* of the servers that it is for */
};

/* Called by OpenSSL's verification (SSL_CTX_set_verify(3)) on the certificate that fails. */
void tls_certificate_fault_note(struct tls_certificate_fault *fault, X509_STORE_CTX *store);

/* All that is known of a handshake that failed. */
struct tls_fault {
    const char *host;
    const struct tls_certificate_fault *certificate; /* NULL: none */
    int ssl_error;                                   /* as SSL_get_error(3) says */
    int system_error;                                /* errno of that moment */
    unsigned long code;            /* first of OpenSSL's error queue, 0 when it is empty */
    const unsigned char *received; /* the first bytes that came */
    size_t received_length;
};

/* Fills `error`; returns -1. */
int tls_fault_explain(const struct tls_fault *fault, struct error *error);

/* True for a connection that ended without the closing message of TLS. */
bool tls_is_cut_off(int ssl_error, unsigned long code, int system_error);

#endif
