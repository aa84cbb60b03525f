/* Any bytes as a note of an agent's hook, and as a payload that is too long for one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agents/agent.h"
#include "agents/hook/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct agent_dialect *claude = agent_dialect_find("claude");
    struct agent_note note, again;
    struct buffer shortened = {0};
    agent_read_note(claude, (const char *)data, size, &note);
    if (note.kind == AGENT_NOTE_SESSION_STARTED && !note.native_id)
        abort();
    payload_shorten(&shortened, (const char *)data, size);
    if (!shortened.failed && shortened.length > 4096)
        abort();
    agent_read_note(claude, shortened.data, shortened.length, &again);
    agent_note_clear(&again);
    agent_note_clear(&note);
    buffer_free(&shortened);
    return 0;
}
