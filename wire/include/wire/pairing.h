/* Pairing a terminal with an account: the terminal shows a key, the app answers with what the
   terminal needs, boxed to that key. "Terminal pairing" in the protocol notes. All three sides. */
#ifndef WIRE_PAIRING_H
#define WIRE_PAIRING_H

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/key_pair.h"
#include "wire/random.h"
#include "wire/record.h"
#include "wire/secret.h"
#include "wire/slice.h"

#define PAIRING_WEBAPP_URL "https://app.happy.engineering"

/* The terminal. Its key is a random box_key_pair. */

/* "happy://terminal?<key>" for the QR code, and "<webapp>/terminal/connect#key=<key>". */
void pairing_link_print(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                        struct buffer *link);
void pairing_web_link_print(const char *webapp_url,
                            const unsigned char public_key[static PUBLIC_KEY_SIZE],
                            struct buffer *link);

/* The body of POST /v1/auth/request, sent again for every poll. Always announces version 2. */
void pairing_request_print(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                           struct buffer *body);

/* What the server answers to it. */
struct pairing_reply {
    bool authorized;        /* false: go on polling; the rest is empty then */
    struct secret *token;   /* owned */
    struct buffer response; /* owned: base64 */
};
int pairing_reply_parse(struct slice body, struct pairing_reply *reply, struct error *error);
void pairing_reply_clear(struct pairing_reply *reply);

/* What a terminal gets to know of the account. */
struct pairing_result {
    enum record_variant variant; /* RECORD_LEGACY: version 1, RECORD_DATA_KEY: version 2 */
    struct secret *master;       /* version 1; owned */
    unsigned char content_public_key[PUBLIC_KEY_SIZE]; /* version 2 */
    struct secret *machine_key; /* version 2: made here and now, from `random`; owned */
};

/* Opens the response with the terminal's secret key. The length decides the version: 32 bytes are a
   master secret; 33 or more that begin with 00 are a content public key, and what follows it is
   left for extensions. Returns 0, or -1: ERROR_INVALID when it does not open or is too short,
   ERROR_UNSUPPORTED for another version. */
int pairing_response_open(const struct key_pair *terminal, struct slice base64,
                          const struct random_source *random, struct pairing_result *result,
                          struct error *error);
void pairing_result_clear(struct pairing_result *result);

/* The app. */

/* Reads the QR code's text, or the web link's. Returns 0 or -1 with ERROR_INVALID. */
int pairing_link_parse(struct slice link, unsigned char public_key[static PUBLIC_KEY_SIZE],
                       struct error *error);

/* Append the response, in base64: version 1 gives the master secret away; version 2 only the
   content public key. Return 0 or -1. */
int pairing_response_v1(const struct secret *master,
                        const unsigned char terminal[static PUBLIC_KEY_SIZE],
                        const struct random_source *random, struct buffer *base64,
                        struct error *error);
int pairing_response_v2(const unsigned char content_public_key[static PUBLIC_KEY_SIZE],
                        const unsigned char terminal[static PUBLIC_KEY_SIZE],
                        const struct random_source *random, struct buffer *base64,
                        struct error *error);

/* The body of POST /v1/auth/response (and /v1/auth/account/response). */
void pairing_answer_print(const unsigned char terminal[static PUBLIC_KEY_SIZE],
                          struct slice response, struct buffer *body);

/* The server. */

struct pairing_request {
    unsigned char public_key[PUBLIC_KEY_SIZE];
    bool supports_v2;
};
struct pairing_answer {
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct buffer response; /* owned: any text; empty leaves the request pending */
};

/* Read a request's body. Return 0, or -1: ERROR_REFUSED when the key has another length than 32
   bytes
   ("Invalid public key", status 401), ERROR_INVALID for a malformed body or base64. */
int pairing_request_parse(struct slice body, struct pairing_request *request, struct error *error);
int pairing_answer_parse(struct slice body, struct pairing_answer *answer, struct error *error);
void pairing_answer_clear(struct pairing_answer *answer);

/* The key in the query of GET /v1/auth/request/status, percent-decoded. Errors as above. */
int pairing_key_parse(struct slice base64, unsigned char public_key[static PUBLIC_KEY_SIZE],
                      struct error *error);

#endif
