#include "aes_gcm.h"

#include <openssl/evp.h>
#include <stdlib.h>

#define VERSION_SIZE 1
#define NONCE_SIZE   12
#define TAG_SIZE     16

static bool encrypt(EVP_CIPHER_CTX *context, const struct secret *key, unsigned char *out,
                    struct slice text)
{
    unsigned char *nonce = out + VERSION_SIZE, *cipher = nonce + NONCE_SIZE;
    int written;
    return EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, secret_bytes(key), nonce) == 1 &&
           (text.length == 0 ||
            EVP_EncryptUpdate(context, cipher, &written, (const unsigned char *)text.data,
                              (int)text.length) == 1) &&
           EVP_EncryptFinal_ex(context, cipher + text.length, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, cipher + text.length) == 1;
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct secret *key, unsigned char *out,
                    struct slice sealed)
{
    const unsigned char *nonce = (const unsigned char *)sealed.data + VERSION_SIZE;
    const unsigned char *cipher = nonce + NONCE_SIZE;
    size_t size = sealed.length - AES_GCM_OVERHEAD;
    int written;
    /* OpenSSL takes the tag by a pointer that is not const, and only reads it. */
    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, secret_bytes(key), nonce) == 1 &&
           (size == 0 || EVP_DecryptUpdate(context, out, &written, cipher, (int)size) == 1) &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, (void *)(cipher + size)) ==
               1 &&
           EVP_DecryptFinal_ex(context, out + size, &written) == 1;
}

int aes_gcm_seal(const struct secret *key, const struct random_source *random, struct slice text,
                 struct buffer *sealed, struct error *error)
{
    size_t size = text.length + AES_GCM_OVERHEAD;
    unsigned char *out = malloc(size);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = false;
    if (out && context) {
        out[0] = 0;
        random_fill(random, out + VERSION_SIZE, NONCE_SIZE);
        done = encrypt(context, key, out, text);
    }
    if (done)
        buffer_append(sealed, out, size);
    EVP_CIPHER_CTX_free(context);
    free(out);
    if (!done || sealed->failed)
        return error_set(error, ERROR_MEMORY, "out of memory for AES-256-GCM");
    return 0;
}

int aes_gcm_open(const struct secret *key, struct slice sealed, struct buffer *text,
                 struct error *error)
{
    if (sealed.length > 0 && sealed.data[0] != 0)
        return error_set(error, ERROR_UNSUPPORTED, "version %u is unknown, only 0 is",
                         (unsigned char)sealed.data[0]);
    if (sealed.length < AES_GCM_OVERHEAD)
        return error_set(error, ERROR_INVALID, "cut short: %zu bytes, at least %u are needed",
                         sealed.length, AES_GCM_OVERHEAD);
    size_t size = sealed.length - AES_GCM_OVERHEAD;
    unsigned char *out = malloc(size + 1);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool memory = out && context;
    bool done = memory && decrypt(context, key, out, sealed);
    if (done)
        buffer_append(text, out, size);
    EVP_CIPHER_CTX_free(context);
    free(out);
    if (!memory || text->failed)
        return error_set(error, ERROR_MEMORY, "out of memory for AES-256-GCM");
    if (!done)
        return error_set(error, ERROR_INVALID, "does not open with this key, or was altered");
    return 0;
}
