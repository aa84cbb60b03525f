#include "wire/engine_end.h"

const char *engine_end_name(enum engine_end reason)
{
    static const char *const names[] = {
        [ENGINE_END_TRANSPORT_CLOSE] = "transport close",
        [ENGINE_END_TRANSPORT_ERROR] = "transport error",
        [ENGINE_END_PING_TIMEOUT] = "ping timeout",
        [ENGINE_END_PARSE_ERROR] = "parse error",
        [ENGINE_END_FORCED] = "forced close",
        [ENGINE_END_OPEN_TIMEOUT] = "timeout",
        [ENGINE_END_OVERFLOW] = "buffer overflow",
        [ENGINE_END_MEMORY] = "out of memory",
    };
    return names[reason];
}
