/* The frames to a holder that nobody answers. */
#include <string.h>

#include "holder_link.h"

int holder_link_input(struct holder_link *link, const void *bytes, size_t length,
                      struct error *error)
{
    size_t queued = holder_link_queued(link);
    if (queued + length > HOLDER_LINK_QUEUE_MAX) {
        error_set(error, ERROR_LIMIT, "the agent does not read its input: %zu bytes wait", queued);
        return error_fix(error, "look at it with \"happyctl attach\"");
    }
    struct buffer frames = {0};
    for (size_t sent = 0; sent < length;) {
        size_t part = length - sent < FRAME_BYTES_MAX ? length - sent : FRAME_BYTES_MAX;
        frame_put_bytes(&frames, FRAME_INPUT, (const char *)bytes + sent, part);
        sent += part;
    }
    holder_link_send(link, &frames);
    return 0;
}

void holder_link_resize(struct holder_link *link, uint16_t columns, uint16_t rows)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_RESIZE);
    frame_put_u16(&frame, columns);
    frame_put_u16(&frame, rows);
    frame_end(&frame, mark);
    holder_link_send(link, &frame);
}

void holder_link_signal(struct holder_link *link, int signal, enum frame_signal_target target)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_SIGNAL);
    frame_put_u32(&frame, (uint32_t)signal);
    frame_put_u8(&frame, target);
    frame_end(&frame, mark);
    holder_link_send(link, &frame);
}

static void send_stream(struct holder_link *link, enum frame_type type, uint8_t stream,
                        uint64_t offset)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, type);
    frame_put_u8(&frame, stream);
    frame_put_u64(&frame, offset);
    frame_end(&frame, mark);
    holder_link_send(link, &frame);
}

void holder_link_follow(struct holder_link *link, uint8_t stream, uint64_t offset)
{
    send_stream(link, FRAME_FOLLOW, stream, offset);
}

void holder_link_processed(struct holder_link *link, uint8_t stream, uint64_t offset)
{
    send_stream(link, FRAME_PROCESSED, stream, offset);
}

void holder_link_acknowledge_notes(struct holder_link *link, uint64_t sequence)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_NOTE_ACK);
    frame_put_u64(&frame, sequence);
    frame_end(&frame, mark);
    holder_link_send(link, &frame);
}

void holder_link_detach_all(struct holder_link *link, const char *reason)
{
    struct buffer frame = {0};
    size_t mark = frame_begin(&frame, FRAME_DETACH_ALL);
    frame_put_string(&frame, reason, strlen(reason));
    frame_end(&frame, mark);
    holder_link_send(link, &frame);
}
