#include "wire/identifier.h"

static const char BASE36[] = "0123456789abcdefghijklmnopqrstuvwxyz";
static const char LETTERS_AND_DIGITS[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* The last `width` base-36 digits of `value`. */
static void put_base36(char *out, uint64_t value, unsigned width)
{
    while (width-- > 0) {
        out[width] = BASE36[value % 36];
        value /= 36;
    }
}

static void put_random(char *out, const struct random_source *random, const char *alphabet,
                       unsigned alphabet_size, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        out[i] = alphabet[random_below(random, alphabet_size)];
}

void cuid_make(struct cuid_source *source, int64_t now_ms, const struct random_source *random,
               char id[static CUID_LENGTH + 1])
{
    id[0] = 'c';
    put_base36(id + 1, (uint64_t)now_ms, 8);
    put_base36(id + 9, source->counter++, 4);
    put_base36(id + 13, source->host, 4);
    put_random(id + 17, random, BASE36, 36, 8);
    id[CUID_LENGTH] = '\0';
}

void cuid2_make(const struct random_source *random, char id[static CUID2_LENGTH + 1])
{
    put_random(id, random, BASE36 + 10, 26, 1);
    put_random(id + 1, random, BASE36, 36, CUID2_LENGTH - 1);
    id[CUID2_LENGTH] = '\0';
}

void uuid_make(const struct random_source *random, char id[static UUID_LENGTH + 1])
{
    unsigned char bytes[16];
    random_fill(random, bytes, sizeof bytes);
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
    for (unsigned i = 0; i < sizeof bytes; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *id++ = '-';
        *id++ = BASE36[bytes[i] >> 4];
        *id++ = BASE36[bytes[i] & 15];
    }
    *id = '\0';
}

bool uuid_is_valid(struct slice text)
{
    if (text.length != UUID_LENGTH)
        return false;
    for (unsigned i = 0; i < UUID_LENGTH; i++) {
        char character = text.data[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool digit = (character >= '0' && character <= '9') ||
                     (character >= 'a' && character <= 'f') ||
                     (character >= 'A' && character <= 'F');
        if (dash ? character != '-' : !digit)
            return false;
    }
    return text.data[14] >= '1' && text.data[14] <= '8' && strchr("89abAB", text.data[19]) != NULL;
}

void update_id_make(const struct random_source *random, char id[static UPDATE_ID_LENGTH + 1])
{
    put_random(id, random, LETTERS_AND_DIGITS, 62, UPDATE_ID_LENGTH);
    id[UPDATE_ID_LENGTH] = '\0';
}

void engine_id_make(const struct random_source *random, uint32_t *counter,
                    char id[static ENGINE_ID_LENGTH + 1])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[15];
    uint32_t number = (*counter)++;
    random_fill(random, bytes, 12);
    for (unsigned i = 0; i < 3; i++)
        bytes[12 + i] = (unsigned char)(number >> (16 - 8 * i));
    for (unsigned i = 0; i < 5; i++) {
        const unsigned char *in = bytes + 3 * i;
        uint32_t group = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        for (unsigned j = 0; j < 4; j++)
            *id++ = alphabet[group >> (18 - 6 * j) & 63];
    }
    *id = '\0';
}
