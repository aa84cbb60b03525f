#include "key_link.h"

#include "wire/base64.h"

void key_link_print(const char *prefix, const unsigned char public_key[static PUBLIC_KEY_SIZE],
                    struct buffer *link)
{
    buffer_append_string(link, prefix);
    base64url_encode(link, public_key, PUBLIC_KEY_SIZE);
}

int key_link_parse(const char *prefix, struct slice link,
                   unsigned char public_key[static PUBLIC_KEY_SIZE], struct error *error)
{
    size_t length = strlen(prefix);
    if (link.length < length || memcmp(link.data, prefix, length) != 0)
        return error_set(error, ERROR_INVALID, "the link does not begin with %s", prefix);
    return base64_decode_exactly(BASE64_URL, slice_of(link.data + length, link.length - length),
                                 public_key, PUBLIC_KEY_SIZE, "the key in the link", error);
}
