#include "net/tls_fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* ---- certificates ---- */

static void put_date(char *out, size_t size, const ASN1_TIME *time)
{
    struct tm date;
    if (!time || ASN1_TIME_to_tm(time, &date) != 1 ||
        strftime(out, size, "%Y-%m-%d %H:%M UTC", &date) == 0)
        snprintf(out, size, "an unreadable date");
}

/* Whoever made the certificate chose these bytes: nothing but ASCII that is printed. */
static void put_text(char *out, size_t size, const char *text, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 1 < size; i++)
        out[used++] = text[i] > 0x20 && text[i] < 0x7f ? text[i] : text[i] == ' ' ? ' ' : '?';
    out[used] = '\0';
}

static void put_name(char *out, size_t size, const GENERAL_NAME *name)
{
    char address[INET6_ADDRSTRLEN] = "";
    const ASN1_STRING *value = name->d.ia5;
    if (name->type == GEN_DNS)
        put_text(out, size, (const char *)ASN1_STRING_get0_data(value),
                 (size_t)ASN1_STRING_length(value));
    else if (name->type == GEN_IPADD &&
             (ASN1_STRING_length(value) == 4 || ASN1_STRING_length(value) == 16) &&
             inet_ntop(ASN1_STRING_length(value) == 4 ? AF_INET : AF_INET6,
                       ASN1_STRING_get0_data(value), address, sizeof address))
        put_text(out, size, address, strlen(address));
}

/* "a.example, b.example": as many as fit. */
static void put_names(char *out, size_t size, const X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t used = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char name[128] = "";
        put_name(name, sizeof name, sk_GENERAL_NAME_value(names, i));
        if (!*name)
            continue;
        if (used + strlen(name) + 8 > size) {
            snprintf(out + used, size - used, "%s…", used ? ", " : "");
            break;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", name);
    }
    if (used == 0)
        snprintf(out, size, "no name at all");
    GENERAL_NAMES_free(names);
}

static void put_issuer(char *out, size_t size, const X509 *certificate)
{
    const X509_NAME *issuer = X509_get_issuer_name(certificate);
    int at = X509_NAME_get_index_by_NID(issuer, NID_commonName, -1);
    if (at < 0)
        at = X509_NAME_get_index_by_NID(issuer, NID_organizationName, -1);
    if (at < 0) {
        snprintf(out, size, "a nameless authority");
        return;
    }
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(issuer, at));
    put_text(out, size, (const char *)ASN1_STRING_get0_data(value),
             (size_t)ASN1_STRING_length(value));
}

void tls_certificate_fault_note(struct tls_certificate_fault *fault, X509_STORE_CTX *store)
{
    const X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    *fault = (struct tls_certificate_fault){.code = X509_STORE_CTX_get_error(store),
                                            .issuer = X509_STORE_CTX_get_error_depth(store) > 0};
    if (!certificate)
        return;
    bool early = fault->code == X509_V_ERR_CERT_NOT_YET_VALID;
    put_date(fault->date, sizeof fault->date,
             early ? X509_get0_notBefore(certificate) : X509_get0_notAfter(certificate));
    put_issuer(fault->issuer_name, sizeof fault->issuer_name, certificate);
    put_names(fault->names, sizeof fault->names, certificate);
}

static int untrusted(const struct tls_certificate_fault *fault, const char *host,
                     struct error *error)
{
    error_set(error, ERROR_REFUSED,
              "the certificate of %s was issued by \"%s\", which this machine does not trust", host,
              fault->issuer_name);
    return error_fix(error, "let the server send the whole chain of certificates, or name the file "
                            "with the authority's certificate in SSL_CERT_FILE; on a bare system "
                            "install ca-certificates");
}

static int explain_certificate(const struct tls_certificate_fault *fault, const char *host,
                               struct error *error)
{
    const char *which = fault->issuer ? "a certificate in the chain" : "the certificate";
    switch (fault->code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        error_set(error, ERROR_REFUSED, "%s of %s expired on %s", which, host, fault->date);
        return error_fix(error, "renew it on the server, or set this machine's clock right");
    case X509_V_ERR_CERT_NOT_YET_VALID:
        error_set(error, ERROR_REFUSED, "%s of %s is not valid before %s", which, host,
                  fault->date);
        return error_fix(error, "set this machine's clock right, or renew it on the server");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        error_set(error, ERROR_REFUSED, "the certificate of %s is self-signed", host);
        return error_fix(error, "when the server is yours, name the certificate's file in "
                                "SSL_CERT_FILE, or give it one that an authority issued");
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return untrusted(fault, host, error);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        error_set(error, ERROR_REFUSED, "the certificate of %s is for another host: %s", host,
                  fault->names);
        return error_fix(error, "reach the server by a name that its certificate has");
    case X509_V_ERR_CERT_REVOKED:
        return error_set(error, ERROR_REFUSED, "%s of %s was revoked", which, host);
    default:
        error_set(error, ERROR_REFUSED, "%s of %s is not accepted: %s", which, host,
                  X509_verify_cert_error_string(fault->code));
        return error_fix(error, "give the server another certificate");
    }
}

/* ---- the rest of the handshake ---- */

bool tls_is_cut_off(int ssl_error, unsigned long code, int system_error)
{
    if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
        ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return true;
    return code == 0 && (ssl_error == SSL_ERROR_SYSCALL || ssl_error == SSL_ERROR_ZERO_RETURN) &&
           (system_error == 0 || system_error == ECONNRESET || system_error == EPIPE);
}

static int too_old(const char *host, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "%s speaks only versions of TLS older than 1.2", host);
    return error_fix(error, "let the server offer TLS 1.2 or 1.3");
}

static int no_tls(const struct tls_fault *fault, struct error *error)
{
    if (fault->received_length >= 5 && memcmp(fault->received, "HTTP/", 5) == 0) {
        error_set(error, ERROR_REFUSED, "%s answered with plain HTTP where TLS was expected",
                  fault->host);
        return error_fix(error, "check the port, or use http:// where that is really meant");
    }
    error_set(error, ERROR_REFUSED, "%s does not speak TLS on this port", fault->host);
    return error_fix(error, "check the port");
}

/* Records of TLS begin with their kind, 20 to 24, and version 3. */
static bool looks_like_tls(const struct tls_fault *fault)
{
    return fault->received_length < 2 ||
           (fault->received[0] >= 20 && fault->received[0] <= 24 && fault->received[1] == 3);
}

static int explain_reason(const struct tls_fault *fault, struct error *error)
{
    const char *text = ERR_reason_error_string(fault->code);
    switch (ERR_GET_LIB(fault->code) == ERR_LIB_SSL ? ERR_GET_REASON(fault->code) : 0) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNSUPPORTED_SSL_VERSION:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return too_old(fault->host, error);
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
        error_set(error, ERROR_UNSUPPORTED,
                  "%s and this machine have no version of TLS and no cipher in common",
                  fault->host);
        return error_fix(error, "let the server offer TLS 1.2 or 1.3 with today's ciphers");
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
        return error_set(error, ERROR_REFUSED, "the TLS server does not know the name %s",
                         fault->host);
    default:
        return error_set(error, ERROR_REFUSED, "the TLS handshake with %s failed: %s", fault->host,
                         text ? text : "unknown reason");
    }
}

int tls_fault_explain(const struct tls_fault *fault, struct error *error)
{
    if (fault->certificate && fault->certificate->code != X509_V_OK)
        return explain_certificate(fault->certificate, fault->host, error);
    if (!looks_like_tls(fault))
        return no_tls(fault, error);
    if (tls_is_cut_off(fault->ssl_error, fault->code, fault->system_error)) {
        error_set(error, ERROR_CLOSED,
                  "%s cut the connection off in the middle of the TLS handshake", fault->host);
        return error_fix(error,
                         "check that the port speaks TLS; a proxy or firewall on the way may "
                         "have closed it");
    }
    if (fault->code != 0)
        return explain_reason(fault, error);
    errno = fault->system_error;
    return error_set_errno(error, "the TLS handshake with %s failed", fault->host);
}
