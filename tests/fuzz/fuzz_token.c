/* Any bytes as a token, which must be refused, and as the claims of one with a good signature; what
   is accepted there can be issued again, or has characters we do not issue. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/base64.h"
#include "wire/token.h"

#define HEADER "eyJhbGciOiJFZERTQSJ9." /* {"alg":"EdDSA"} */
#define NOW    1767225600

static void reissue(const struct key_pair *pair, const struct token_claims *claims)
{
    struct token_claims again;
    struct secret *token = token_issue(pair, claims, NULL);
    if (token &&
        (token_verify(pair->public_key, secret_slice(token), INT64_MAX, &again, NULL) != 0 ||
         strcmp(claims->subject, again.subject) != 0 ||
         strcmp(claims->session, again.session) != 0))
        abort();
    secret_free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct key_pair pair;
    struct token_claims claims;
    struct buffer token = {0};
    unsigned char signature[SIGNATURE_SIZE];
    struct secret *seed = secret_new(32, NULL);
    if (!seed || signing_key_pair_from_seed(seed, &pair, NULL) != 0)
        abort();
    if (token_verify(pair.public_key, slice_of(data, size), NOW, &claims, NULL) == 0)
        abort();
    buffer_append_string(&token, HEADER);
    base64url_encode(&token, data, size);
    signature_make(&pair, slice_of(token.data, token.length), signature);
    buffer_append_byte(&token, '.');
    base64url_encode(&token, signature, sizeof signature);
    if (token_verify(pair.public_key, slice_of(token.data, token.length), NOW, &claims, NULL) == 0)
        reissue(&pair, &claims);
    buffer_free(&token);
    key_pair_clear(&pair);
    secret_free(seed);
    return 0;
}
