#include "aes_gcm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdatomic.h>

#include "buffer_room.h"

#define VERSION_SIZE 1
#define NONCE_SIZE   12
#define TAG_SIZE     16

/* The algorithm as OpenSSL 3 wants it: fetched once, since a fetch costs as much as sealing a short
   record. Threads that come here at the same time all fetch, and one wins. */
static const EVP_CIPHER *algorithm(void)
{
    static _Atomic(EVP_CIPHER *) fetched;
    EVP_CIPHER *cipher = fetched;
    if (cipher)
        return cipher;
    cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    EVP_CIPHER *none = NULL;
    if (!atomic_compare_exchange_strong(&fetched, &none, cipher)) {
        EVP_CIPHER_free(cipher);
        cipher = none;
    }
    return cipher;
}

static bool encrypt(EVP_CIPHER_CTX *context, const struct secret *key, unsigned char *out,
                    struct slice text)
{
    unsigned char *nonce = out + VERSION_SIZE, *cipher = nonce + NONCE_SIZE;
    int written;
    return EVP_EncryptInit_ex(context, algorithm(), NULL, secret_bytes(key), nonce) == 1 &&
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
    return EVP_DecryptInit_ex(context, algorithm(), NULL, secret_bytes(key), nonce) == 1 &&
           (size == 0 || EVP_DecryptUpdate(context, out, &written, cipher, (int)size) == 1) &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, (void *)(cipher + size)) ==
               1 &&
           EVP_DecryptFinal_ex(context, out + size, &written) == 1;
}

int aes_gcm_seal(const struct secret *key, const struct random_source *random, struct slice text,
                 struct buffer *sealed, struct error *error)
{
    size_t size = text.length + AES_GCM_OVERHEAD;
    unsigned char *out = buffer_room(sealed, size);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool done = false;
    if (out && context) {
        out[0] = 0;
        random_fill(random, out + VERSION_SIZE, NONCE_SIZE);
        done = encrypt(context, key, out, text);
    }
    EVP_CIPHER_CTX_free(context);
    if (out)
        buffer_filled(sealed, done ? size : 0);
    if (!done)
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
    unsigned char *out = buffer_room(text, size);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool memory = out && context;
    bool done = memory && decrypt(context, key, out, sealed);
    EVP_CIPHER_CTX_free(context);
    if (!memory)
        return error_set(error, ERROR_MEMORY, "out of memory for AES-256-GCM");
    if (!done) {
        OPENSSL_cleanse(out, size); /* what was decrypted before the tag turned out wrong */
        buffer_filled(text, 0);
        return error_set(error, ERROR_INVALID, "does not open with this key, or was altered");
    }
    buffer_filled(text, size);
    return 0;
}
