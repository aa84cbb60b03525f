#include "wire/credentials.h"

#include "wire/base64.h"
#include "wire/json_scan.h"
#include "wire/key_tree.h"

/* Reading. The text is scanned where it lies, so that no parser copies the secrets. */

static int not_paired(struct error *error, const char *why)
{
    error_set(error, ERROR_INVALID, "the credentials cannot be used: %s", why);
    return error_fix(error, "pair this machine again");
}

static int scan_object(struct slice text, struct slice *object, struct error *error)
{
    /* The error must not quote the text; json_scan_check() does not. */
    if (json_scan_check(text, object, NULL, error) != 0)
        return error_fix(error, "pair this machine again");
    if (json_scan_kind(*object) != JSON_OBJECT)
        return not_paired(error, "the file is not a JSON object");
    return 0;
}

/* A string member as a secret of its own. NULL when it is absent or null, which is no error, or
   something else, which is (`*failed`). */
static struct secret *find_text(struct slice object, const char *key, bool *failed,
                                struct error *error)
{
    struct slice value;
    *failed = false;
    if (!json_scan_find(object, key, &value) || json_scan_kind(value) == JSON_NULL)
        return NULL;
    *failed = true;
    if (json_scan_kind(value) != JSON_STRING) {
        not_paired(error, "a member has the wrong type");
        return NULL;
    }
    struct secret *text = secret_new(value.length, error);
    if (text) {
        secret_truncate(text, json_scan_string_into(value, (char *)secret_writable(text)));
        *failed = false;
    }
    return text;
}

/* It goes into a header: visible ASCII alone (RFC 6750, section 2.1, narrower still). */
static bool is_token(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

static struct secret *find_token(struct slice object, struct error *error)
{
    bool failed;
    struct secret *token = find_text(object, "token", &failed, error);
    if (!token && !failed)
        not_paired(error, "there is no token");
    if (token && !is_token(secret_slice(token))) {
        not_paired(error, "the token has characters that no token has");
        secret_free(token);
        return NULL;
    }
    return token;
}

/* A key in padded standard base64. NULL without an error when it is absent or empty. */
static struct secret *find_key(struct slice object, const char *name, bool *failed,
                               struct error *error)
{
    struct secret *key = NULL;
    struct secret *text = find_text(object, name, failed, error);
    if (!text || secret_size(text) == 0)
        goto out;
    if (secret_size(text) == base64_length(KEY_SIZE))
        key = secret_from_base64(secret_slice(text), KEY_SIZE, name, error);
    else
        not_paired(error, "a key is not 32 bytes in padded base64");
    *failed = key == NULL;
out:
    secret_free(text);
    return key;
}

static int find_encryption(struct slice object, struct credentials *credentials,
                           struct error *error)
{
    struct slice encryption;
    bool failed;
    if (!json_scan_find(object, "encryption", &encryption) ||
        json_scan_kind(encryption) == JSON_NULL)
        return credentials->master ? 0 : not_paired(error, "there is no key");
    if (json_scan_kind(encryption) != JSON_OBJECT)
        return not_paired(error, "a member has the wrong type");
    struct secret *public_key = find_key(encryption, "publicKey", &failed, error);
    if (public_key)
        credentials->machine_key = find_key(encryption, "machineKey", &failed, error);
    if (public_key)
        memcpy(credentials->content_public_key, secret_bytes(public_key), PUBLIC_KEY_SIZE);
    secret_free(public_key);
    if (failed)
        return -1;
    if (!credentials->machine_key)
        return not_paired(error, "a key is missing");
    return 0;
}

int credentials_parse(struct slice text, struct credentials *credentials, struct error *error)
{
    struct slice object;
    bool failed;
    *credentials = (struct credentials){.token = NULL};
    if (scan_object(text, &object, error) != 0)
        return -1;
    credentials->token = find_token(object, error);
    if (!credentials->token)
        goto failed;
    credentials->master = find_key(object, "secret", &failed, error);
    if (failed || find_encryption(object, credentials, error) != 0)
        goto failed;
    credentials->variant = credentials->master ? RECORD_LEGACY : RECORD_DATA_KEY;
    return 0;
failed:
    credentials_clear(credentials);
    return -1;
}

void credentials_clear(struct credentials *credentials)
{
    secret_free(credentials->token);
    secret_free(credentials->master);
    secret_free(credentials->machine_key);
    *credentials = (struct credentials){.token = NULL};
}

int account_credentials_parse(struct slice text, struct account_credentials *credentials,
                              struct error *error)
{
    struct slice object;
    bool failed;
    *credentials = (struct account_credentials){.token = NULL};
    if (scan_object(text, &object, error) != 0)
        return -1;
    credentials->token = find_token(object, error);
    struct secret *encoded =
        credentials->token ? find_text(object, "secret", &failed, error) : NULL;
    struct secret *master = encoded ? secret_new(KEY_SIZE, error) : NULL;
    if (master &&
        base64_decode_exactly(BASE64_LENIENT, secret_slice(encoded), secret_writable(master),
                              KEY_SIZE, "the secret", error) == 0) {
        credentials->master = master;
        master = NULL;
    } else if (credentials->token && !encoded && !failed) {
        not_paired(error, "there is no key");
    }
    secret_free(master);
    secret_free(encoded);
    if (credentials->master && secret_size(credentials->token) > 0)
        return 0;
    if (credentials->master)
        not_paired(error, "the token is empty");
    account_credentials_clear(credentials);
    return -1;
}

void account_credentials_clear(struct account_credentials *credentials)
{
    secret_free(credentials->token);
    secret_free(credentials->master);
    *credentials = (struct account_credentials){.token = NULL};
}

/* Writing, into one secret that is large enough from the start. */

struct writer {
    struct secret *text; /* NULL once memory ran out */
    size_t length;
    struct error *error;
};

static struct writer writer_for(const struct secret *token, struct error *error)
{
    /* Every byte of the token may become an escape of six; the rest is keys and member names. */
    return (struct writer){secret_new(secret_size(token) * 6 + 512, error), 0, error};
}

static void put(struct writer *writer, const char *text, size_t length)
{
    if (!writer->text)
        return;
    memcpy(secret_writable(writer->text) + writer->length, text, length);
    writer->length += length;
}

static void put_text(struct writer *writer, const char *text)
{
    put(writer, text, strlen(text));
}

/* A string as JSON. Tokens are plain ASCII in practice. */
static void put_string(struct writer *writer, const struct secret *string)
{
    put_text(writer, "\"");
    for (size_t i = 0; i < secret_size(string); i++) {
        char byte = (char)secret_bytes(string)[i];
        if (byte == '"' || byte == '\\')
            put_text(writer, "\\");
        if ((unsigned char)byte >= 0x20) {
            put(writer, &byte, 1);
        } else {
            const char *digits = "0123456789abcdef";
            char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
            put(writer, escape, sizeof escape);
        }
    }
    put_text(writer, "\"");
}

typedef struct secret *encode_function(const struct secret *secret, struct error *error);

static void put_key(struct writer *writer, encode_function *encode, const struct secret *key)
{
    struct secret *encoded = writer->text ? encode(key, writer->error) : NULL;
    if (encoded) {
        put_string(writer, encoded);
    } else {
        secret_free(writer->text);
        writer->text = NULL;
    }
    secret_free(encoded);
}

static struct secret *finish(struct writer *writer)
{
    if (writer->text)
        secret_truncate(writer->text, writer->length);
    return writer->text;
}

struct secret *credentials_print(const struct credentials *credentials, struct error *error)
{
    struct writer writer = writer_for(credentials->token, error);
    if (credentials->variant == RECORD_LEGACY) {
        put_text(&writer, "{\n  \"secret\": ");
        put_key(&writer, secret_to_base64, credentials->master);
    } else {
        struct buffer public_key = {0};
        base64_encode(&public_key, credentials->content_public_key, PUBLIC_KEY_SIZE);
        put_text(&writer, "{\n  \"encryption\": {\n    \"publicKey\": \"");
        put_text(&writer, buffer_string(&public_key));
        put_text(&writer, "\",\n    \"machineKey\": ");
        put_key(&writer, secret_to_base64, credentials->machine_key);
        put_text(&writer, "\n  }");
        buffer_free(&public_key);
    }
    put_text(&writer, ",\n  \"token\": ");
    put_string(&writer, credentials->token);
    put_text(&writer, "\n}");
    return finish(&writer);
}

static struct secret *print_account(const struct account_credentials *credentials,
                                    encode_function *encode, struct error *error)
{
    struct writer writer = writer_for(credentials->token, error);
    put_text(&writer, "{\"token\":");
    put_string(&writer, credentials->token);
    put_text(&writer, ",\"secret\":");
    put_key(&writer, encode, credentials->master);
    put_text(&writer, "}");
    return finish(&writer);
}

struct secret *agent_key_print(const struct account_credentials *credentials, struct error *error)
{
    return print_account(credentials, secret_to_base64, error);
}

struct secret *app_credentials_print(const struct account_credentials *credentials,
                                     struct error *error)
{
    return print_account(credentials, secret_to_base64url, error);
}
