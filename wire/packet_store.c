#include "packet_store.h"

#include <stdint.h>

struct head {
    uint64_t length;
    bool binary;
};

static void put(struct buffer *store, struct slice message, bool binary)
{
    struct head head;
    memset(&head, 0, sizeof head); /* the padding, too */
    head.length = message.length;
    head.binary = binary;
    buffer_append(store, &head, sizeof head);
    buffer_append(store, message.data, message.length);
}

void packet_store_put(struct buffer *store, const struct socketio_packet *packet)
{
    struct buffer text = {0};
    socketio_print(packet, &text);
    store->failed |= text.failed;
    put(store, slice_of(text.data, text.length), false);
    for (size_t i = 0; i < packet->attachment_count; i++)
        put(store, packet->attachments[i], true);
    buffer_free(&text);
}

bool packet_store_next(struct slice *rest, struct slice *message, bool *binary)
{
    struct head head;
    if (rest->length == 0)
        return false;
    memcpy(&head, rest->data, sizeof head);
    *message = slice_of(rest->data + sizeof head, (size_t)head.length);
    *binary = head.binary;
    size_t used = sizeof head + message->length;
    *rest = slice_of(rest->data + used, rest->length - used);
    return true;
}

size_t packet_store_longest(struct slice rest)
{
    struct slice message;
    bool binary;
    size_t longest = 0;
    while (packet_store_next(&rest, &message, &binary))
        if (message.length > longest)
            longest = message.length;
    return longest;
}
