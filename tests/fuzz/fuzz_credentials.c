/* Any bytes as a file of credentials; what was read must survive being written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/credentials.h"

static void terminal(struct slice text)
{
    struct credentials first, second;
    if (credentials_parse(text, &first, NULL) != 0)
        return;
    struct secret *printed = credentials_print(&first, NULL);
    if (!printed || credentials_parse(secret_slice(printed), &second, NULL) != 0 ||
        first.variant != second.variant)
        abort();
    if (first.variant == RECORD_DATA_KEY && !secret_equals(first.machine_key, second.machine_key))
        abort();
    if (first.variant == RECORD_LEGACY && !secret_equals(first.master, second.master))
        abort();
    secret_free(printed);
    credentials_clear(&first);
    credentials_clear(&second);
}

static void account(struct slice text)
{
    struct account_credentials first, second;
    if (account_credentials_parse(text, &first, NULL) != 0)
        return;
    struct secret *printed = app_credentials_print(&first, NULL);
    if (!printed || account_credentials_parse(secret_slice(printed), &second, NULL) != 0 ||
        !secret_equals(first.master, second.master))
        abort();
    secret_free(printed);
    account_credentials_clear(&first);
    account_credentials_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    terminal(slice_of(data, size));
    account(slice_of(data, size));
    return 0;
}
