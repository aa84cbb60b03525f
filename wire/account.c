#include "wire/account.h"

#include <sodium.h>

#include "wire/key_tree.h"

int account_content_key_pair(const struct secret *master, struct key_pair *pair,
                             struct error *error)
{
    *pair = (struct key_pair){.secret_key = NULL};
    struct secret *seed =
        key_tree_derive(master, "Happy EnCoder", (const char *[]){"content"}, 1, error);
    int status = seed ? box_key_pair_from_seed(seed, pair, error) : -1;
    secret_free(seed);
    return status;
}

int account_signing_key_pair(const struct secret *master, struct key_pair *pair,
                             struct error *error)
{
    return signing_key_pair_from_seed(master, pair, error);
}

int account_anonymous_id(const struct secret *master, char id[static ANONYMOUS_ID_LENGTH + 1],
                         struct error *error)
{
    struct secret *key =
        key_tree_derive(master, "Happy Coder", (const char *[]){"analytics", "id"}, 2, error);
    id[0] = '\0';
    if (!key)
        return -1;
    sodium_bin2hex(id, ANONYMOUS_ID_LENGTH + 1, secret_bytes(key), ANONYMOUS_ID_LENGTH / 2);
    secret_free(key);
    return 0;
}

void account_public_key_text(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                             char text[static ACCOUNT_PUBLIC_KEY_LENGTH + 1])
{
    for (size_t i = 0; i < PUBLIC_KEY_SIZE; i++) {
        text[2 * i] = "0123456789ABCDEF"[public_key[i] >> 4];
        text[2 * i + 1] = "0123456789ABCDEF"[public_key[i] & 15];
    }
    text[ACCOUNT_PUBLIC_KEY_LENGTH] = '\0';
}

struct secret *session_blob_key(const struct secret *data_key, struct error *error)
{
    return key_tree_derive(data_key, "Happy Blobs", (const char *[]){"session"}, 1, error);
}

struct secret *master_blob_key(const struct secret *master, struct error *error)
{
    return key_tree_derive(master, "Happy Blobs", (const char *[]){"master"}, 1, error);
}
