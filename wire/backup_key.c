#include "wire/backup_key.h"

#include <stdint.h>

#include "wire/base64.h"

#define GROUP       5
#define BASE32_SIZE 52 /* characters of 32 bytes */

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct secret *backup_key_print(const struct secret *master, struct error *error)
{
    if (secret_size(master) != MASTER_SECRET_SIZE) {
        error_set(error, ERROR_INVALID, "the master secret must be %u bytes, not %zu",
                  MASTER_SECRET_SIZE, secret_size(master));
        return NULL;
    }
    struct secret *text = secret_new(BACKUP_KEY_LENGTH, error);
    if (!text)
        return NULL;
    const unsigned char *bytes = secret_bytes(master);
    unsigned char *out = secret_writable(text);
    for (unsigned i = 0; i < BASE32_SIZE; i++) {
        unsigned bit = i * 5, at = bit / 8;
        unsigned pair =
            (unsigned)bytes[at] << 8 | (at + 1 < MASTER_SECRET_SIZE ? bytes[at + 1] : 0);
        if (i > 0 && i % GROUP == 0)
            *out++ = '-';
        *out++ = (unsigned char)ALPHABET[pair >> (11 - bit % 8) & 31];
    }
    return text;
}

/* The characters outside ASCII whose upper case, by Unicode's full mapping (SpecialCasing.txt),
   has ASCII letters in it. */
static const struct {
    char utf8[4];
    char upper[4];
} SPECIAL_CASING[] = {
    {"\xc3\x9f", "SS"},     /* sharp s */
    {"\xc4\xb1", "I"},      /* dotless i */
    {"\xc5\x89", "N"},      /* n preceded by apostrophe */
    {"\xc5\xbf", "S"},      /* long s */
    {"\xc7\xb0", "J"},      /* j with caron */
    {"\xe1\xba\x96", "H"},  /* h with line below */
    {"\xe1\xba\x97", "T"},  /* t with diaeresis */
    {"\xe1\xba\x98", "W"},  /* w with ring above */
    {"\xe1\xba\x99", "Y"},  /* y with ring above */
    {"\xe1\xba\x9a", "A"},  /* a with right half ring */
    {"\xef\xac\x80", "FF"}, /* ligatures */
    {"\xef\xac\x81", "FI"},  {"\xef\xac\x82", "FL"}, {"\xef\xac\x83", "FFI"},
    {"\xef\xac\x84", "FFL"}, {"\xef\xac\x85", "ST"}, {"\xef\xac\x86", "ST"},
};

struct reader {
    uint32_t group;
    unsigned bits;
    size_t characters;
    size_t size; /* bytes found, also beyond those kept */
    unsigned char *bytes;
};

static void take(struct reader *reader, char letter)
{
    int value = -1;
    switch (letter) {
    case '0':
        letter = 'O';
        break;
    case '1':
        letter = 'I';
        break;
    case '8':
        letter = 'B';
        break;
    case '9':
        letter = 'G';
        break;
    }
    if (letter >= 'a' && letter <= 'z')
        value = letter - 'a';
    else if (letter >= 'A' && letter <= 'Z')
        value = letter - 'A';
    else if (letter >= '2' && letter <= '7')
        value = letter - '2' + 26;
    if (value < 0)
        return;
    reader->characters++;
    reader->group = (reader->group << 5 | (uint32_t)value) & 0xfff;
    reader->bits += 5;
    if (reader->bits >= 8) {
        reader->bits -= 8;
        if (reader->size < MASTER_SECRET_SIZE)
            reader->bytes[reader->size] = (unsigned char)(reader->group >> reader->bits);
        reader->size++;
    }
}

/* Takes the special character `text` begins with, if it does. Returns its length or 0. */
static size_t take_special(struct reader *reader, struct slice text)
{
    for (size_t i = 0; i < sizeof SPECIAL_CASING / sizeof SPECIAL_CASING[0]; i++) {
        size_t length = strlen(SPECIAL_CASING[i].utf8);
        if (text.length < length || memcmp(text.data, SPECIAL_CASING[i].utf8, length) != 0)
            continue;
        for (const char *upper = SPECIAL_CASING[i].upper; *upper; upper++)
            take(reader, *upper);
        return length;
    }
    return 0;
}

struct secret *backup_key_parse(struct slice text, struct error *error)
{
    struct secret *secret = secret_new(MASTER_SECRET_SIZE, error);
    if (!secret)
        return NULL;
    struct reader reader = {.bytes = secret_writable(secret)};
    for (size_t i = 0; i < text.length;) {
        size_t special = take_special(&reader, slice_of(text.data + i, text.length - i));
        if (special == 0)
            take(&reader, text.data[i]);
        i += special ? special : 1;
    }
    if (reader.size == MASTER_SECRET_SIZE)
        return secret;
    if (reader.characters == 0)
        error_set(error, ERROR_INVALID, "No valid characters found");
    else
        error_set(error, ERROR_INVALID, "Invalid key length: expected %u bytes, got %zu",
                  MASTER_SECRET_SIZE, reader.size);
    error_fix(error, "type the %d letters and digits of the backup key, with or without dashes",
              BASE32_SIZE);
    secret_free(secret);
    return NULL;
}

static bool is_space(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

struct secret *backup_key_parse_any(struct slice text, struct error *error)
{
    while (text.length > 0 && is_space(text.data[0]))
        text = slice_of(text.data + 1, text.length - 1);
    while (text.length > 0 && is_space(text.data[text.length - 1]))
        text.length--;
    struct secret *secret = NULL;
    /* No backup key is this short, so that the two cannot be mistaken for each other. */
    if (text.length == 43 || (text.length == 44 && text.data[43] == '='))
        secret = secret_from_base64url(text, MASTER_SECRET_SIZE, "the secret", NULL);
    return secret ? secret : backup_key_parse(text, error);
}
