#include "wire/server_secret.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "wire/hmac.h"
#include "wire/key_tree.h"

#define ROUNDS 210000

static struct secret *stretch(const struct secret *server_secret, const char *salt,
                              struct error *error)
{
    struct secret *stretched = secret_new(AT_REST_ROOT_SIZE, error);
    if (!stretched)
        return NULL;
    if (PKCS5_PBKDF2_HMAC((const char *)secret_bytes(server_secret),
                          (int)secret_size(server_secret), (const unsigned char *)salt,
                          (int)strlen(salt), ROUNDS, EVP_sha512(), AT_REST_ROOT_SIZE,
                          secret_writable(stretched)) == 1)
        return stretched;
    error_set(error, ERROR_MEMORY, "PBKDF2 failed");
    secret_free(stretched);
    return NULL;
}

static int stretched_pair(const struct secret *server_secret, const char *salt,
                          struct key_pair *pair, struct error *error)
{
    *pair = (struct key_pair){.secret_key = NULL};
    struct secret *seed = stretch(server_secret, salt, error);
    if (!seed)
        return -1;
    secret_truncate(seed, KEY_SIZE);
    int status = signing_key_pair_from_seed(seed, pair, error);
    secret_free(seed);
    return status;
}

int server_token_key_pair(const struct secret *server_secret, struct key_pair *pair,
                          struct error *error)
{
    return stretched_pair(server_secret, "handy Persistent Token", pair, error);
}

int server_github_state_key_pair(const struct secret *server_secret, struct key_pair *pair,
                                 struct error *error)
{
    return stretched_pair(server_secret, "github-happy Ephemeral Token", pair, error);
}

struct secret *server_at_rest_root(const struct secret *server_secret, struct error *error)
{
    return stretch(server_secret, "happy-server-tokens", error);
}

struct secret *server_at_rest_key(const struct secret *root, const char *const *path, size_t depth,
                                  struct error *error)
{
    struct secret *node = NULL;
    for (size_t i = 0; i <= depth; i++) {
        if (i < depth && path[i][0] == '#') {
            error_set(error, ERROR_INVALID, "\"%s\" may not begin with #", path[i]);
            secret_free(node);
            return NULL;
        }
        /* The first chain is the whole root, 64 bytes; the others are halves of nodes. */
        struct slice chain =
            node ? slice_of(secret_bytes(node) + KEY_SIZE, KEY_SIZE) : secret_slice(root);
        struct secret *child = key_tree_child(chain, i < depth ? path[i] : "#aes256", error);
        secret_free(node);
        node = child;
        if (!node)
            return NULL;
    }
    secret_truncate(node, KEY_SIZE);
    return node;
}

void server_voice_id(const struct secret *server_secret, const char *account_id,
                     char id[static VOICE_ID_LENGTH + 1])
{
    unsigned char mac[HMAC_SHA256_SIZE];
    hmac_sha256(secret_slice(server_secret), slice_of_string(account_id), mac);
    memcpy(id, "u_", 2);
    sodium_bin2base64(id + 2, VOICE_ID_LENGTH + 1 - 2, mac, sizeof mac,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
