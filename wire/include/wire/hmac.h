/* HMAC (RFC 2104) with keys of any length. */
#ifndef WIRE_HMAC_H
#define WIRE_HMAC_H

#include "wire/slice.h"

#define HMAC_SHA512_SIZE 64u
#define HMAC_SHA256_SIZE 32u

void hmac_sha512(struct slice key, struct slice data, unsigned char mac[static HMAC_SHA512_SIZE]);
void hmac_sha256(struct slice key, struct slice data, unsigned char mac[static HMAC_SHA256_SIZE]);

#endif
