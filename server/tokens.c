#include "tokens.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "wire/identifier.h"

#define HASH_SIZE 32u

/* A token that was verified, by a hash, so that no memory holds it. */
struct known_token {
    UT_hash_handle hh;
    unsigned char hash[HASH_SIZE];
    int64_t verified_ms;
    char account[]; /* a C string */
};

struct tokens {
    struct key_pair pair;
    struct known_token *known; /* uthash: in the order of their coming */
};

struct tokens *tokens_new(struct key_pair *pair)
{
    struct tokens *tokens = calloc(1, sizeof *tokens);
    if (!tokens) {
        key_pair_clear(pair);
        return NULL;
    }
    tokens->pair = *pair;
    *pair = (struct key_pair){.secret_key = NULL};
    return tokens;
}

static void forget(struct tokens *tokens, struct known_token *known)
{
    HASH_DEL(tokens->known, known);
    free(known);
}

void tokens_free(struct tokens *tokens)
{
    if (!tokens)
        return;
    while (tokens->known)
        forget(tokens, tokens->known);
    key_pair_clear(&tokens->pair);
    free(tokens);
}

struct secret *tokens_issue(struct tokens *tokens, const struct random_source *random,
                            int64_t now_ms, struct slice account, struct slice session,
                            struct error *error)
{
    struct token_claims claims = {.issued_at = now_ms / 1000};
    if (account.length > TOKEN_CLAIM_MAX || session.length > TOKEN_CLAIM_MAX) {
        error_set(error, ERROR_LIMIT, "a claim of a token may have at most %u bytes",
                  TOKEN_CLAIM_MAX);
        return NULL;
    }
    memcpy(claims.subject, account.data, account.length);
    if (session.length > 0)
        memcpy(claims.session, session.data, session.length);
    uuid_make(random, claims.id);
    return token_issue(&tokens->pair, &claims, error);
}

/* What cannot be remembered is verified again. */
static void remember(struct tokens *tokens, const unsigned char *hash, int64_t now_ms,
                     const char *account)
{
    size_t size = strlen(account) + 1;
    struct known_token *known = malloc(sizeof *known + size);
    if (!known)
        return;
    while (HASH_COUNT(tokens->known) >= TOKENS_KNOWN_MAX)
        forget(tokens, tokens->known);
    memcpy(known->hash, hash, HASH_SIZE);
    memcpy(known->account, account, size);
    known->verified_ms = now_ms;
    HASH_ADD(hh, tokens->known, hash, HASH_SIZE, known);
}

int tokens_verify(struct tokens *tokens, struct slice token, int64_t now_ms,
                  char account[static TOKEN_CLAIM_MAX + 1], struct error *error)
{
    unsigned char hash[HASH_SIZE];
    struct known_token *known;
    struct token_claims claims;
    if (token.length > TOKEN_LENGTH_MAX)
        return error_set(error, ERROR_REFUSED, "a token may have at most %u bytes",
                         TOKEN_LENGTH_MAX);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)token.data, token.length, NULL, 0);
    HASH_FIND(hh, tokens->known, hash, HASH_SIZE, known);
    if (known && now_ms >= known->verified_ms && now_ms - known->verified_ms < TOKENS_KNOWN_MS) {
        memcpy(account, known->account, strlen(known->account) + 1);
        return 0;
    }
    if (known)
        forget(tokens, known);
    if (token_verify(tokens->pair.public_key, token, now_ms / 1000, &claims, error) != 0)
        return -1;
    memcpy(account, claims.subject, strlen(claims.subject) + 1);
    remember(tokens, hash, now_ms, account);
    return 0;
}
