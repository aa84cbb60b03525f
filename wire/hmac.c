#include "wire/hmac.h"

#include <sodium.h>

/* libsodium's one-shot functions fix the key at 32 bytes; the streaming ones do not. */

void hmac_sha512(struct slice key, struct slice data, unsigned char mac[static HMAC_SHA512_SIZE])
{
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, (const unsigned char *)key.data, key.length);
    crypto_auth_hmacsha512_update(&state, (const unsigned char *)data.data, data.length);
    crypto_auth_hmacsha512_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}

void hmac_sha256(struct slice key, struct slice data, unsigned char mac[static HMAC_SHA256_SIZE])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.data, key.length);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)data.data, data.length);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}
