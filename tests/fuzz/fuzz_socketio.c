/* Any bytes as messages of Socket.IO, parted by U+001E as when polled, those that begin with b
   binary; a packet must survive being printed and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/socketio.h"

static void look_for_attachments(const struct socketio_packet *packet)
{
    struct json_cursor cursor;
    struct slice name, argument, bytes;
    if (!socketio_event(packet, &name, &cursor))
        return;
    while (json_scan_element(&cursor, &argument))
        if (packet->attachment_count > 0)
            socketio_attachment(packet, argument, &bytes);
}

static void print_and_read(const struct socketio_packet *packet)
{
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet again;
    struct buffer text = {0};
    socketio_print(packet, &text);
    int status = socketio_decode_text(decoder, slice_of(text.data, text.length), &again, NULL);
    for (size_t i = 0; i < packet->attachment_count && status == 0; i++)
        status = socketio_decode_binary(decoder, packet->attachments[i], &again, NULL);
    if (status != 1 || again.type != packet->type || again.id != packet->id ||
        again.data.length != packet->data.length ||
        again.attachment_count != packet->attachment_count)
        abort();
    buffer_free(&text);
    socketio_decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct socketio_decoder *decoder = socketio_decoder_new();
    struct socketio_packet packet;
    const uint8_t *end = data + size;
    int status = 0;
    while (status >= 0 && data < end) {
        const uint8_t *separator = memchr(data, 0x1e, (size_t)(end - data));
        size_t length = (size_t)((separator ? separator : end) - data);
        if (length > 0 && data[0] == 'b')
            status = socketio_decode_binary(decoder, slice_of(data + 1, length - 1), &packet, NULL);
        else
            status = socketio_decode_text(decoder, slice_of(data, length), &packet, NULL);
        if (status > 0) {
            look_for_attachments(&packet);
            print_and_read(&packet);
        }
        data += length + (separator != NULL);
    }
    socketio_decoder_free(decoder);
    return 0;
}
