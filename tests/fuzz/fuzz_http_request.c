/* Any bytes as HTTP requests: however they are split, they say the same. */
#include "http_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    compare_http(HTTP_REQUESTS, data, size);
    return 0;
}
