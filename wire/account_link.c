#include "wire/account_link.h"

#include "key_link.h"
#include "wire/base64.h"
#include "wire/box_bundle.h"
#include "wire/key_tree.h"
#include "wire/pairing.h"

#define LINK_PREFIX "happy:///account?"

void account_link_print(const unsigned char public_key[static PUBLIC_KEY_SIZE], struct buffer *link)
{
    key_link_print(LINK_PREFIX, public_key, link);
}

int account_link_parse(struct slice link, unsigned char public_key[static PUBLIC_KEY_SIZE],
                       struct error *error)
{
    return key_link_parse(LINK_PREFIX, link, public_key, error);
}

void account_link_request_print(const unsigned char public_key[static PUBLIC_KEY_SIZE],
                                struct buffer *body)
{
    buffer_append_string(body, "{\"publicKey\":\"");
    base64_encode(body, public_key, PUBLIC_KEY_SIZE);
    buffer_append_string(body, "\"}");
}

int account_link_response(const struct secret *master,
                          const unsigned char device[static PUBLIC_KEY_SIZE],
                          const struct random_source *random, struct buffer *base64,
                          struct error *error)
{
    /* The same bytes as for a terminal of version 1. */
    return pairing_response_v1(master, device, random, base64, error);
}

struct secret *account_link_response_open(const struct key_pair *device, struct slice base64,
                                          struct error *error)
{
    struct buffer bundle = {0};
    struct secret *master = NULL;
    if (base64_decode(BASE64_STANDARD, base64, &bundle, error) == 0)
        master = box_bundle_open(device->secret_key, slice_of(bundle.data, bundle.length), error);
    buffer_free(&bundle);
    if (!master || secret_size(master) == KEY_SIZE)
        return master;
    error_set(error, ERROR_INVALID, "the answer holds %zu bytes, not a master secret",
              secret_size(master));
    secret_free(master);
    return NULL;
}
