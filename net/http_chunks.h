/* The chunked transfer coding read strictly (RFC 9112, 7.1). libhttp-parser, as it is packaged,
   takes any byte for the LF behind a chunk's size and hence is not asked. */
#ifndef NET_HTTP_CHUNKS_H
#define NET_HTTP_CHUNKS_H

#include "net/http_parser.h"

enum http_chunks_state {
    CHUNKS_SIZE,
    CHUNKS_EXTENSION,
    CHUNKS_SIZE_LF,
    CHUNKS_DATA,
    CHUNKS_DATA_CR,
    CHUNKS_DATA_LF,
    CHUNKS_TRAILER,
    CHUNKS_TRAILER_LF,
};

/* Zero-initialised, it stands before the first chunk. */
struct http_chunks {
    enum http_chunks_state state;
    uint64_t left;    /* of the size that is being read, or bytes of the chunk still to come */
    uint32_t line;    /* bytes of this size line, or of this trailer line */
    uint32_t trailer; /* bytes of all trailers */
};

/* HTTP_EVENT_MORE, HTTP_EVENT_BODY with `part`, HTTP_EVENT_END behind the last line, or
   HTTP_EVENT_ERROR with `status`. */
enum http_event http_chunks_next(struct http_chunks *chunks, struct slice *input,
                                 struct slice *part, int *status, struct error *error);

#endif
