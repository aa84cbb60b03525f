/* Any bytes as an Engine.IO payload, packet by packet, and as a handshake; the packets must survive
   being put into a payload again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/engineio.h"

/* The packets that could be read, in a payload of their own. Returns how many. */
static size_t copy(struct slice payload, struct buffer *copied)
{
    struct engineio_payload cursor = {.rest = payload};
    struct engineio_packet packet;
    struct buffer scratch = {0};
    size_t count = 0;
    while (engineio_payload_next(&cursor, &packet, &scratch, NULL) > 0) {
        engineio_payload_put(copied, &packet);
        count++;
    }
    buffer_free(&scratch);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer first = {0}, second = {0};
    struct engineio_handshake handshake;
    size_t count = copy(slice_of(data, size), &first);
    if (copy(slice_of(first.data, first.length), &second) != count ||
        second.length != first.length ||
        (first.length > 0 && memcmp(first.data, second.data, first.length) != 0))
        abort();
    buffer_clear(&second);
    if (engineio_handshake_parse(slice_of(data, size), &handshake, NULL) == 0) {
        engineio_handshake_print(&handshake, &second);
        if (engineio_handshake_parse(slice_of(second.data, second.length), &handshake, NULL) != 0)
            abort();
    }
    buffer_free(&first);
    buffer_free(&second);
    return 0;
}
