#include "control_sequence.h"

static void add_digit(struct control_sequence *parsed, char digit)
{
    if (parsed->count > CONTROL_SEQUENCE_PARAMETERS_MAX)
        return;
    uint16_t *value = &parsed->parameters[parsed->count - 1];
    unsigned wanted = (*value == CONTROL_SEQUENCE_MISSING ? 0 : *value) * 10u;
    wanted += (unsigned)(digit - '0');
    *value = (uint16_t)(wanted < CONTROL_SEQUENCE_VALUE_MAX ? wanted : CONTROL_SEQUENCE_VALUE_MAX);
}

static void next_parameter(struct control_sequence *parsed, bool joined)
{
    if (parsed->count <= CONTROL_SEQUENCE_PARAMETERS_MAX)
        parsed->count++;
    if (parsed->count > CONTROL_SEQUENCE_PARAMETERS_MAX)
        return;
    parsed->parameters[parsed->count - 1] = CONTROL_SEQUENCE_MISSING;
    parsed->joined[parsed->count - 1] = joined;
}

bool control_sequence_parse(const struct sequence *sequence, struct control_sequence *parsed)
{
    const char *at = sequence->bytes + 2;
    const char *end = sequence->bytes + sequence->length - 1;
    parsed->leader = parsed->intermediate = 0;
    parsed->final = *end;
    parsed->count = 0;
    next_parameter(parsed, false);
    if (at < end && *at >= '<' && *at <= '?')
        parsed->leader = *at++;
    for (; at < end; at++) {
        if (*at >= 0x20 && *at <= 0x2f)
            parsed->intermediate = *at;
        else if (parsed->intermediate)
            return false;
        else if (*at >= '0' && *at <= '9')
            add_digit(parsed, *at);
        else if (*at == ';' || *at == ':')
            next_parameter(parsed, *at == ':');
        else
            return false;
    }
    if (parsed->count > CONTROL_SEQUENCE_PARAMETERS_MAX)
        parsed->count = CONTROL_SEQUENCE_PARAMETERS_MAX;
    return true;
}

unsigned control_sequence_get(const struct control_sequence *parsed, unsigned index,
                              unsigned fallback)
{
    if (index >= parsed->count || parsed->parameters[index] == CONTROL_SEQUENCE_MISSING)
        return fallback;
    return parsed->parameters[index];
}
