/* Any bytes as the bodies and links of login, pairing and account linking. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/account_link.h"
#include "wire/login.h"
#include "wire/pairing.h"

static void bodies(struct slice body)
{
    unsigned char public_key[PUBLIC_KEY_SIZE];
    struct pairing_request request;
    struct pairing_answer answer, again;
    struct pairing_reply reply;
    struct buffer printed = {0};
    login_request_verify(body, public_key, NULL);
    pairing_request_parse(body, &request, NULL);
    if (pairing_answer_parse(body, &answer, NULL) == 0) {
        pairing_answer_print(answer.public_key,
                             slice_of(answer.response.data, answer.response.length), &printed);
        if (pairing_answer_parse(slice_of(printed.data, printed.length), &again, NULL) != 0 ||
            answer.response.length != again.response.length)
            abort();
        pairing_answer_clear(&again);
        pairing_answer_clear(&answer);
    }
    if (pairing_reply_parse(body, &reply, NULL) == 0)
        pairing_reply_clear(&reply);
    buffer_free(&printed);
}

static void links(struct slice link)
{
    unsigned char public_key[PUBLIC_KEY_SIZE], again[PUBLIC_KEY_SIZE];
    struct buffer printed = {0};
    if (pairing_link_parse(link, public_key, NULL) == 0) {
        pairing_link_print(public_key, &printed);
        if (pairing_link_parse(slice_of(printed.data, printed.length), again, NULL) != 0 ||
            memcmp(public_key, again, PUBLIC_KEY_SIZE) != 0)
            abort();
    }
    account_link_parse(link, public_key, NULL);
    pairing_key_parse(link, public_key, NULL);
    buffer_free(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bodies(slice_of(data, size));
    links(slice_of(data, size));
    return 0;
}
