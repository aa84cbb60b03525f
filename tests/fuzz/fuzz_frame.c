/* Any bytes as a stream of frames, each payload read as its type says. */
#include <stdint.h>
#include <stdlib.h>

#include "wire/frame.h"

static void read_history(struct frame_reader *reader)
{
    struct frame_history history;
    if (!frame_get_history(reader, &history))
        return;
    for (uint32_t i = 0; i < history.count && !reader->failed; i++) {
        frame_get_u8(reader);
        free(frame_string_copy(frame_get_string(reader)));
    }
}

static void read_payload(uint8_t type, struct frame_reader *reader)
{
    union {
        struct frame_hello hello;
        struct frame_welcome welcome;
        struct frame_start start;
        struct frame_status status;
        struct frame_screen screen;
        struct frame_get_history get_history;
        struct frame_exit exit;
    } value;
    switch (type) {
    case FRAME_HELLO:
        frame_get_hello(reader, &value.hello);
        break;
    case FRAME_START:
        if (frame_get_start(reader, &value.start))
            frame_start_free(&value.start);
        break;
    case FRAME_WELCOME:
        frame_get_welcome(reader, &value.welcome);
        break;
    case FRAME_STATUS:
        frame_get_status(reader, &value.status);
        break;
    case FRAME_SCREEN:
        frame_get_screen(reader, &value.screen);
        break;
    case FRAME_GET_HISTORY:
        frame_get_get_history(reader, &value.get_history);
        break;
    case FRAME_HISTORY:
        read_history(reader);
        break;
    case FRAME_EXITED:
        frame_get_exited(reader, &value.exit);
        break;
    default:
        free(frame_string_copy(frame_get_rest(reader)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t offset = 0;
    for (;;) {
        uint8_t type;
        struct frame_reader reader;
        long length = frame_parse(data + offset, size - offset, &type, &reader);
        if (length <= 0)
            return 0;
        read_payload(type, &reader);
        offset += (size_t)length;
    }
}
