/* The frames between a holder and those who connect to it: happyctl (a terminal), happyd (control)
   and agents' hooks (notes). docs/holder-protocol.md tells the conversation.

   On the wire a frame is: payload length, 4 bytes big-endian; type, 1 byte; payload. Inside a
   payload numbers are big-endian, strings are a 4-byte length and the bytes. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/buffer.h"

#define FRAME_HEADER_SIZE 5u
#define FRAME_PAYLOAD_MAX (1024u * 1024u) /* a longer one costs the sender its connection */
#define FRAME_BYTES_MAX   (64u * 1024u)   /* bytes of INPUT, DISPLAY and OUTPUT in one frame */
#define FRAME_NOTE_MAX    (256u * 1024u)  /* bytes of one note */
#define FRAME_MAGIC       0x48505059u     /* "HPPY", first field of HELLO */
#define FRAME_VERSION     1u              /* the version spoken here */
#define FRAME_VERSION_MIN 1u              /* the oldest one still understood */
#define FRAME_OFFSET_NOW  UINT64_MAX      /* FOLLOW: from what comes next */

enum frame_type {
    /* to the holder */
    FRAME_HELLO = 1, /* struct frame_hello; first on every connection */
    FRAME_INPUT = 2, /* bytes for the agent, as typed */
    FRAME_RESIZE =
        3, /* u16 columns, u16 rows: of this terminal (role terminal) or of the PTY (control) */
    FRAME_DETACH = 4,      /* empty: a polite end of the connection */
    FRAME_START = 16,      /* struct frame_start; once, on the inherited descriptor only */
    FRAME_SIGNAL = 17,     /* u32 signal number, u8 enum frame_signal_target */
    FRAME_FOLLOW = 18,     /* u8 stream, u64 offset: send OUTPUT from there on */
    FRAME_UNFOLLOW = 19,   /* u8 stream */
    FRAME_PROCESSED = 20,  /* u8 stream, u64 offset: bytes before it are no longer needed (pipes) */
    FRAME_GET_STATUS = 21, /* empty; answered by STATUS */
    FRAME_GET_SCREEN = 22, /* u32 request, u8 colours */
    FRAME_GET_HISTORY = 23, /* struct frame_get_history */
    FRAME_NOTE = 24,        /* bytes (role hook); answered by NOTED once the holder keeps it */
    FRAME_NOTE_ACK = 25,    /* u64 sequence: notes up to this one are on happyd's disk */
    FRAME_DETACH_ALL = 26,  /* string reason: every terminal is sent away */
    FRAME_CLOSE_INPUT = 27, /* empty: end of the agent's standard input (pipes) */
    FRAME_COLLECT = 28,     /* empty: the exit status is on happyd's disk, the holder may go */
    /* from the holder */
    FRAME_WELCOME = 128, /* struct frame_welcome */
    FRAME_REFUSED = 129, /* u8 enum error_code, string message; the connection ends */
    FRAME_DISPLAY = 130, /* bytes for the attached terminal */
    FRAME_STARTED = 131, /* u32 process id of the agent */
    FRAME_OUTPUT = 132,  /* u8 stream, u64 offset of the first byte, bytes */
    FRAME_GAP = 133,     /* u8 stream, u64 from, u64 to: bytes that are no longer kept */
    FRAME_STATUS = 134,  /* struct frame_status */
    FRAME_SCREEN = 135,  /* struct frame_screen */
    FRAME_HISTORY = 136, /* struct frame_history */
    FRAME_NOTED = 137,   /* u64 sequence */
    FRAME_NOTE_IS = 138, /* u64 sequence, i64 time in ms, bytes; to control, until acknowledged */
    FRAME_ACTIVITY =
        139, /* u8 active, i64 time of the last output, u64 bytes read: on change, to control */
    FRAME_TERMINALS = 140, /* u16 terminals attached: on change, to control */
    FRAME_EXITED = 141,    /* struct frame_exit: to everybody */
    FRAME_GOODBYE = 142,   /* string reason: the holder ends this connection */
    FRAME_RESIZED = 143,   /* u16 columns, u16 rows: the PTY's new size, to terminals and control */
};

enum frame_role { FRAME_ROLE_TERMINAL = 1, FRAME_ROLE_CONTROL = 2, FRAME_ROLE_HOOK = 3 };
enum frame_hello_flag { FRAME_READ_ONLY = 1, FRAME_TAKE_SIZE = 2 };
enum frame_stream { FRAME_STREAM_OUTPUT = 1, FRAME_STREAM_ERROR = 2 };
enum frame_signal_target { FRAME_SIGNAL_GROUP = 1, FRAME_SIGNAL_TREE = 2 };
enum frame_exit_kind { FRAME_EXIT_NONE = 0, FRAME_EXIT_CODE = 1, FRAME_EXIT_SIGNAL = 2 };

/* Bits of frame_status.modes: what the agent has switched on in its terminal. */
enum frame_mode {
    FRAME_MODE_BRACKETED_PASTE = 1,
    FRAME_MODE_ALTERNATE_SCREEN = 2,
    FRAME_MODE_MOUSE = 4,
    FRAME_MODE_APPLICATION_CURSOR = 8,
    FRAME_MODE_CURSOR_HIDDEN = 16,
    FRAME_MODE_KITTY_KEYBOARD = 32,
};

/* A string inside a received payload: not terminated, valid as long as the payload. */
struct frame_string {
    const char *data;
    size_t length;
};

struct frame_hello {
    uint16_t version;
    uint8_t role;           /* enum frame_role */
    uint8_t flags;          /* enum frame_hello_flag */
    uint16_t columns, rows; /* terminal's size; 0 for the other roles */
    uint32_t history_lines; /* lines of history wanted in front of the first screen */
};

struct frame_welcome {
    uint16_t version; /* the one that both will speak */
    uint32_t holder_pid;
    uint32_t agent_pid;     /* 0 before START */
    uint16_t columns, rows; /* of the PTY */
    struct frame_string session;
};

#define FRAME_START_STRINGS_MAX 8192u /* arguments, and environment entries, each */

struct frame_start {
    struct frame_string socket_path;
    struct frame_string directory;
    uint8_t terminal; /* 1: a PTY; 0: pipes */
    uint16_t columns, rows;
    uint32_t history_lines, history_bytes;
    uint32_t quiet_ms;                /* silence after which ACTIVITY says "not active" */
    struct frame_string *arguments;   /* the program's path, then argv[0], argv[1], … */
    size_t argument_count;            /* at least 2 */
    struct frame_string *environment; /* KEY=VALUE */
    size_t environment_count;
};

struct frame_exit {
    uint8_t kind;   /* enum frame_exit_kind */
    uint32_t value; /* exit status or signal number */
    int64_t at;     /* ms since the epoch */
};

struct frame_status {
    uint32_t holder_pid, agent_pid;
    uint16_t columns, rows;
    uint16_t terminals;
    uint8_t active;                     /* output within the last quiet_ms */
    uint32_t modes;                     /* enum frame_mode */
    int64_t started_at, last_output_at; /* ms since the epoch; 0: not yet */
    uint64_t output_first,
        output_next;     /* offsets kept: first, and one behind the last (stream OUTPUT) */
    uint64_t error_next; /* one behind the last byte of stream ERROR */
    uint64_t history_first, history_next; /* lines kept: first, and one behind the last */
    struct frame_exit exit;
    struct frame_string title;
};

struct frame_screen {
    uint32_t request;
    uint16_t columns, rows, cursor_column, cursor_row; /* from 0 */
    uint8_t cursor_visible, alternate;
    struct frame_string
        text; /* rows, each followed by \n; with SGR sequences when colours were wanted */
};

enum frame_history_flag { FRAME_HISTORY_COLOURS = 1, FRAME_HISTORY_WITH_SCREEN = 2 };

struct frame_get_history {
    uint32_t request;
    uint64_t first; /* number of the first line wanted; lines count from 0 since the start */
    uint32_t count; /* at the most */
    uint8_t flags; /* enum frame_history_flag; WITH_SCREEN: the rows of the main screen follow on */
};

/* Behind these fields stand the lines, `count` times: u8 wrapped (1: continues the line before),
   string text. Read them with frame_get_u8() and frame_get_string(). */
struct frame_history {
    uint32_t request;
    uint64_t first; /* number of the first line that follows: greater than wanted when that one is
                       gone */
    uint64_t next;  /* one behind the last line there is now */
    uint32_t count;
};

/* Writing: frame_begin() puts a header and returns the mark for frame_end(), which puts the length.
   A frame that would be too long, or a buffer out of memory, leaves `buffer->failed` set. */
size_t frame_begin(struct buffer *buffer, enum frame_type type);
void frame_put_u8(struct buffer *buffer, uint8_t value);
void frame_put_u16(struct buffer *buffer, uint16_t value);
void frame_put_u32(struct buffer *buffer, uint32_t value);
void frame_put_u64(struct buffer *buffer, uint64_t value);
void frame_put_string(struct buffer *buffer, const void *bytes, size_t length);
void frame_end(struct buffer *buffer, size_t mark);

/* A frame without payload, and one whose payload is `bytes` as they are. */
void frame_put_empty(struct buffer *buffer, enum frame_type type);
void frame_put_bytes(struct buffer *buffer, enum frame_type type, const void *bytes, size_t length);

void frame_put_hello(struct buffer *buffer, const struct frame_hello *hello);
void frame_put_welcome(struct buffer *buffer, const struct frame_welcome *welcome);
void frame_put_refused(struct buffer *buffer, uint8_t code, const char *message);
void frame_put_start(struct buffer *buffer, const struct frame_start *start);
void frame_put_status(struct buffer *buffer, const struct frame_status *status);
void frame_put_screen(struct buffer *buffer, const struct frame_screen *screen);
void frame_put_get_history(struct buffer *buffer, const struct frame_get_history *wanted);
void frame_put_exited(struct buffer *buffer, const struct frame_exit *exit);

/* Reading. A reader walks one payload; reading past its end gives zeros and sets `failed`. */
struct frame_reader {
    const unsigned char *data;
    size_t length, offset;
    bool failed;
};

/* Looks for a whole frame at the start of `bytes`. Returns its whole size, header included, and
   fills `type` and `reader`; 0 when more bytes are needed; -1 when the length is over
   FRAME_PAYLOAD_MAX. */
long frame_parse(const void *bytes, size_t length, uint8_t *type, struct frame_reader *reader);

uint8_t frame_get_u8(struct frame_reader *reader);
uint16_t frame_get_u16(struct frame_reader *reader);
uint32_t frame_get_u32(struct frame_reader *reader);
uint64_t frame_get_u64(struct frame_reader *reader);
struct frame_string frame_get_string(struct frame_reader *reader);
/* All that is left of the payload. */
struct frame_string frame_get_rest(struct frame_reader *reader);
/* True when nothing failed and nothing is left: a strict end. */
bool frame_read_whole(const struct frame_reader *reader);

/* Each reads a whole payload. False when it is malformed: too short, too long, or a value out of
 * range. */
bool frame_get_hello(struct frame_reader *reader, struct frame_hello *hello);
bool frame_get_welcome(struct frame_reader *reader, struct frame_welcome *welcome);
bool frame_get_status(struct frame_reader *reader, struct frame_status *status);
bool frame_get_screen(struct frame_reader *reader, struct frame_screen *screen);
bool frame_get_get_history(struct frame_reader *reader, struct frame_get_history *wanted);
/* Reads the fields; the lines are still in `reader`. */
bool frame_get_history(struct frame_reader *reader, struct frame_history *history);
bool frame_get_exited(struct frame_reader *reader, struct frame_exit *exit);

/* As the others, and allocates `arguments` and `environment`, which frame_start_free() frees. */
bool frame_get_start(struct frame_reader *reader, struct frame_start *start);
void frame_start_free(struct frame_start *start);

/* A copy, NUL-terminated, that the caller frees; NULL when memory runs out or the string holds a
 * NUL. */
char *frame_string_copy(struct frame_string string);

#endif
