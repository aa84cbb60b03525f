/* Frames in and out, and the rules about them (RFC 6455, 5). */
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

#include "net/websocket_stream.h"
#include "wire/utf8.h"

/* Out. */

struct outgoing {
    struct websocket *websocket;
    uint8_t header[16];
    size_t header_length;
    struct slice payload;
    struct buffer masked;
    bool has_header;
};

/* wslay gives the header, then the payload: at once, or in masked pieces. */
static ssize_t gather(const uint8_t *data, size_t length, int flags, void *context)
{
    (void)flags;
    struct outgoing *outgoing = context;
    if (!outgoing->has_header) {
        memcpy(outgoing->header, data, length);
        outgoing->header_length = length;
        outgoing->has_header = true;
    } else if (outgoing->websocket->is_client) {
        buffer_append(&outgoing->masked, data, length);
        outgoing->payload = slice_of(outgoing->masked.data, outgoing->masked.length);
    } else {
        outgoing->payload = slice_of(data, length);
    }
    return (ssize_t)length;
}

static int make_mask(uint8_t *mask, size_t length, void *context)
{
    struct outgoing *outgoing = context;
    random_fill(outgoing->websocket->settings->random, mask, length);
    return 0;
}

void websocket_send_frame(struct websocket *websocket, uint8_t opcode, struct slice payload)
{
    const struct wslay_frame_callbacks callbacks = {.send_callback = gather,
                                                    .genmask_callback = make_mask};
    struct outgoing outgoing = {.websocket = websocket};
    struct wslay_frame_iocb frame = {.fin = 1,
                                     .opcode = opcode,
                                     .payload_length = payload.length,
                                     .mask = websocket->is_client,
                                     .data = (const uint8_t *)payload.data,
                                     .data_length = payload.length};
    wslay_frame_context_ptr frames;
    if (wslay_frame_context_init(&frames, &callbacks, &outgoing) != 0)
        return;
    ssize_t sent = wslay_frame_send(frames, &frame);
    if (sent == (ssize_t)payload.length && !outgoing.masked.failed)
        websocket_write(websocket, slice_of(outgoing.header, outgoing.header_length),
                        outgoing.payload);
    wslay_frame_context_free(frames);
    buffer_free(&outgoing.masked);
}

/* In. */

static ssize_t feed(uint8_t *bytes, size_t length, int flags, void *context)
{
    (void)flags;
    struct websocket *websocket = context;
    int count = evbuffer_remove(bufferevent_get_input(websocket->stream), bytes, length);
    if (count <= 0)
        return -1;
    websocket->fed += (size_t)count;
    return count;
}

static size_t header_length(const struct wslay_frame_iocb *frame)
{
    size_t extended = frame->payload_length < 126 ? 0 : frame->payload_length < 65536 ? 2 : 8;
    return 2 + extended + (frame->mask ? 4 : 0);
}

/* The rules about a frame that begins. Returns the code to close with, or 0. */
static int check_frame(const struct websocket *websocket, const struct wslay_frame_iocb *frame)
{
    if (frame->rsv != 0 || (bool)frame->mask == websocket->is_client)
        return WSLAY_CODE_PROTOCOL_ERROR;
    switch (frame->opcode) {
    case WSLAY_CONTINUATION_FRAME:
        if (websocket->opcode == 0)
            return WSLAY_CODE_PROTOCOL_ERROR;
        break;
    case WSLAY_TEXT_FRAME:
    case WSLAY_BINARY_FRAME:
        if (websocket->opcode != 0)
            return WSLAY_CODE_PROTOCOL_ERROR;
        break;
    case WSLAY_CONNECTION_CLOSE:
    case WSLAY_PING:
    case WSLAY_PONG:
        return 0;
    default:
        return WSLAY_CODE_PROTOCOL_ERROR;
    }
    size_t max = websocket->settings->message_max;
    if (frame->payload_length > max || websocket->message.length > max - frame->payload_length)
        return WSLAY_CODE_MESSAGE_TOO_BIG;
    return 0;
}

/* RFC 6455, 7.4 */
static bool is_code(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static void take_close(struct websocket *websocket, struct slice payload)
{
    const uint8_t *bytes = (const uint8_t *)payload.data;
    int code = payload.length >= 2 ? bytes[0] << 8 | bytes[1] : WEBSOCKET_NO_CODE;
    websocket->has_received_close = true;
    if (payload.length == 1 || (payload.length >= 2 && !is_code(code))) {
        websocket_fail(websocket, WSLAY_CODE_PROTOCOL_ERROR);
    } else if (payload.length > 2 && !utf8_is_valid(payload.data + 2, payload.length - 2)) {
        websocket_fail(websocket, WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA);
    } else if (websocket->state == WEBSOCKET_OPEN) {
        websocket->state = WEBSOCKET_CLOSING;
        websocket->code = code;
        websocket_limit_closing(websocket);
        websocket_send_frame(websocket, WSLAY_CONNECTION_CLOSE,
                             slice_of(payload.data, payload.length < 2 ? 0 : 2));
    }
}

static void take_control(struct websocket *websocket, uint8_t opcode, struct slice payload)
{
    if (opcode == WSLAY_CONNECTION_CLOSE)
        take_close(websocket, payload);
    else if (opcode == WSLAY_PING && websocket->state == WEBSOCKET_OPEN)
        websocket_send_frame(websocket, WSLAY_PONG, payload);
}

static void take_message(struct websocket *websocket, uint8_t opcode, struct slice data)
{
    if (websocket->state != WEBSOCKET_OPEN)
        return;
    bool binary = opcode == WSLAY_BINARY_FRAME;
    if (!binary && !utf8_is_valid(data.data, data.length))
        websocket_fail(websocket, WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA);
    else
        websocket->listener->message(websocket, data, binary, websocket->context);
}

/* The last piece of a frame. What came in one piece is not copied. */
static void end_frame(struct websocket *websocket, const struct wslay_frame_iocb *frame,
                      struct slice piece)
{
    bool is_control = wslay_is_ctrl_frame(frame->opcode);
    struct buffer *gathered = is_control ? &websocket->control : &websocket->message;
    if (!is_control && frame->opcode != WSLAY_CONTINUATION_FRAME)
        websocket->opcode = frame->opcode;
    if (!is_control && websocket->state != WEBSOCKET_OPEN) {
        websocket->opcode = frame->fin ? 0 : websocket->opcode;
        buffer_free(gathered);
        return;
    }
    bool *outer = websocket->freed, freed = false;
    struct buffer whole = {0};
    if (gathered->length > 0 || (!is_control && !frame->fin)) {
        buffer_append(gathered, piece.data, piece.length);
        if (gathered->failed) {
            websocket_fail(websocket, WSLAY_CODE_INTERNAL_SERVER_ERROR);
            return;
        }
        if (!frame->fin)
            return;
        whole = *gathered;
        *gathered = (struct buffer){0};
        piece = slice_of(whole.data, whole.length);
    }
    uint8_t opcode = is_control ? frame->opcode : websocket->opcode;
    if (!is_control)
        websocket->opcode = 0;
    websocket->freed = &freed;
    if (is_control)
        take_control(websocket, opcode, piece);
    else
        take_message(websocket, opcode, piece);
    buffer_free(&whole);
    if (!freed)
        websocket->freed = outer;
    else if (outer)
        *outer = true;
}

static void take_piece(struct websocket *websocket, const struct wslay_frame_iocb *frame)
{
    struct slice piece = slice_of(frame->data, frame->data_length);
    websocket->taken += piece.length;
    if (!websocket->in_frame) {
        websocket->in_frame = true;
        websocket->frame_left = frame->payload_length;
        websocket->taken += header_length(frame);
        int code = check_frame(websocket, frame);
        if (code) {
            websocket_fail(websocket, code);
            return;
        }
    }
    websocket->frame_left -= piece.length;
    if (websocket->frame_left == 0) {
        websocket->in_frame = false;
        end_frame(websocket, frame, piece);
        return;
    }
    bool is_control = wslay_is_ctrl_frame(frame->opcode);
    if (is_control || websocket->state == WEBSOCKET_OPEN)
        buffer_append(is_control ? &websocket->control : &websocket->message, piece.data,
                      piece.length);
}

/* wslay's buffers go when nothing is in them. */
static void put_frames_away(struct websocket *websocket)
{
    if (websocket->in_frame || websocket->fed != websocket->taken)
        return;
    wslay_frame_context_free(websocket->frames);
    websocket->frames = NULL;
    websocket->fed = websocket->taken = 0;
}

static bool may_read(const struct websocket *websocket)
{
    return !websocket->has_received_close && !websocket->is_broken &&
           (websocket->state == WEBSOCKET_OPEN || websocket->state == WEBSOCKET_CLOSING) &&
           !(websocket->is_paused && websocket->state == WEBSOCKET_OPEN);
}

/* Returns false when the websocket was freed. */
static bool read_frames(struct websocket *websocket)
{
    static const struct wslay_frame_callbacks CALLBACKS = {.recv_callback = feed};
    bool freed = false;
    websocket->freed = &freed;
    while (may_read(websocket)) {
        struct wslay_frame_iocb frame;
        if (!websocket->frames &&
            (evbuffer_get_length(bufferevent_get_input(websocket->stream)) == 0 ||
             wslay_frame_context_init(&websocket->frames, &CALLBACKS, websocket) != 0))
            break;
        ssize_t length = wslay_frame_recv(websocket->frames, &frame);
        if (length == WSLAY_ERR_WANT_READ)
            break;
        if (length < 0)
            websocket_fail(websocket, WSLAY_CODE_PROTOCOL_ERROR);
        else
            take_piece(websocket, &frame);
        if (freed)
            return false;
    }
    websocket->freed = NULL;
    return true;
}

bool websocket_read(struct websocket *websocket)
{
    struct evbuffer *input = bufferevent_get_input(websocket->stream);
    if (!read_frames(websocket))
        return false;
    if (websocket->frames)
        put_frames_away(websocket);
    if (websocket->has_received_close || websocket->is_broken)
        evbuffer_drain(input, evbuffer_get_length(input));
    return true;
}
