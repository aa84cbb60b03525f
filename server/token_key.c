#include "token_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/log.h"
#include "wire/server_secret.h"

#define NAME      "token-key"
#define SEED_SIZE 32u
#define KEPT_SIZE (2 * SEED_SIZE) /* the seed, and a hash of it and the secret */

/* What the file holds: a torn one, or one of another secret, does not fit its own hash. */
static void put_hash(const struct secret *secret, unsigned char kept[static KEPT_SIZE])
{
    crypto_generichash(kept + SEED_SIZE, KEPT_SIZE - SEED_SIZE, secret_bytes(secret),
                       secret_size(secret), kept, SEED_SIZE);
}

static struct secret *read_kept(const char *path, struct error *error)
{
    struct secret *kept = secret_new(KEPT_SIZE, error);
    int descriptor = kept ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    ssize_t got = descriptor < 0 ? -1 : read(descriptor, secret_writable(kept), KEPT_SIZE);
    if (descriptor >= 0)
        close(descriptor);
    if (got == (ssize_t)KEPT_SIZE)
        return kept;
    secret_free(kept);
    return NULL;
}

/* Whether the pair could be read, and is that of the secret. */
static bool take_kept(const struct settings *settings, const char *path, struct key_pair *pair)
{
    struct error error;
    struct secret *kept = read_kept(path, &error);
    struct secret *right = kept ? secret_copy(secret_bytes(kept), secret_size(kept), &error) : NULL;
    bool fits = false;
    if (right) {
        put_hash(settings->secret, secret_writable(right));
        fits = secret_equals(kept, right);
        secret_truncate(right, SEED_SIZE);
        fits = fits && signing_key_pair_from_seed(right, pair, &error) == 0;
    }
    secret_free(right);
    secret_free(kept);
    return fits;
}

/* Takes the old one's place once it is whole. */
static int write_kept(const char *path, const char *draft, const struct secret *kept)
{
    int descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return -1;
    ssize_t written = write(descriptor, secret_bytes(kept), KEPT_SIZE);
    if (close(descriptor) == 0 && written == (ssize_t)KEPT_SIZE && rename(draft, path) == 0)
        return 0;
    unlink(draft);
    return -1;
}

static void keep(const struct settings *settings, const char *path, const struct key_pair *pair)
{
    struct error error;
    struct secret *kept = secret_new(KEPT_SIZE, &error);
    char *draft = settings_path(settings, NAME ".new");
    if (kept && draft) {
        crypto_sign_ed25519_sk_to_seed(secret_writable(kept), secret_bytes(pair->secret_key));
        put_hash(settings->secret, secret_writable(kept));
        if (write_kept(path, draft, kept) != 0)
            log_warning("%s cannot be written: the next start takes as long as this one", path);
    }
    free(draft);
    secret_free(kept);
}

int token_key_load(const struct settings *settings, struct key_pair *pair, struct error *error)
{
    if (settings->secret_is_given)
        return server_token_key_pair(settings->secret, pair, error);
    char *path = settings_path(settings, NAME);
    if (!path)
        return error_set(error, ERROR_MEMORY, "out of memory");
    int result = 0;
    if (!take_kept(settings, path, pair)) {
        result = server_token_key_pair(settings->secret, pair, error);
        if (result == 0)
            keep(settings, path, pair);
    }
    free(path);
    return result;
}
