#include "stored_value.h"

#include <string.h>

#include "wire/buffer.h"

const char *stored_text(struct slice stored)
{
    return stored.data ? stored.data : json_null_string;
}

const char *stored_base64(struct request *request, struct slice bytes)
{
    if (!bytes.data)
        return json_null_string;
    struct buffer text = {0};
    base64_encode(&text, bytes.data, bytes.length);
    const char *kept =
        text.failed ? NULL : arena_string(&request->arena, slice_of(text.data, text.length));
    buffer_free(&text);
    return kept;
}

struct slice given_text(const char *text)
{
    return is_text(text) ? slice_of_string(text) : slice_of(NULL, 0);
}

bool given_base64(struct request *request, enum base64_reader reader, const char *text,
                  struct slice *bytes)
{
    *bytes = slice_of(NULL, 0);
    if (!is_text(text))
        return true;
    struct buffer decoded = {0};
    char *kept = NULL;
    if (base64_decode(reader, slice_of_string(text), &decoded, NULL) == 0 && !decoded.failed &&
        (kept = arena_allocate(&request->arena, decoded.length + 1)) && decoded.length > 0)
        memcpy(kept, decoded.data, decoded.length);
    *bytes = slice_of(kept, kept ? decoded.length : 0);
    buffer_free(&decoded);
    return kept != NULL;
}

struct slice given_data_key(struct request *request, const char *text)
{
    struct slice bytes;
    given_base64(request, BASE64_LENIENT, text, &bytes);
    return bytes;
}
