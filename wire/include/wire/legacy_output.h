/* Rows of Claude's transcript as older programs sent them to the app ("Legacy: output records" in
   the protocol notes). */
#ifndef WIRE_LEGACY_OUTPUT_H
#define WIRE_LEGACY_OUTPUT_H

#include "wire/agent_state.h"
#include "wire/envelope.h"
#include "wire/schema.h"

enum block_type {
    BLOCK_TEXT = 1,
    BLOCK_THINKING,
    BLOCK_TOOL_USE,
    BLOCK_TOOL_RESULT,
    BLOCK_TOOL_CALL,        /* means BLOCK_TOOL_USE */
    BLOCK_TOOL_CALL_RESULT, /* means BLOCK_TOOL_RESULT */
};

struct text_part {
    struct schema_object object;
    const char *type; /* "text" */
    const char *text;
};

/* A text, or a list of them: `text` NULL. */
struct block_content {
    const char *text;
    LIST_OF(struct text_part) parts;
};

enum result_outcome { OUTCOME_APPROVED = 1, OUTCOME_DENIED };

struct block_permissions {
    struct schema_object object;
    double date;
    enum result_outcome result;
    const char *mode;
    LIST_OF(const char *) allowed_tools;
    enum request_decision decision;
};

struct output_block {
    struct schema_object object;
    enum block_type type;
    union {
        const char *text; /* BLOCK_TEXT, BLOCK_THINKING */
        struct {
            const char *id; /* of the call */
            const char *name;
            struct json_object *input;
        } call; /* BLOCK_TOOL_USE, BLOCK_TOOL_CALL */
        struct {
            const char *id; /* of the call */
            struct block_content content;
            struct block_content output; /* BLOCK_TOOL_CALL_RESULT: counts before `content` */
            struct maybe_bool is_error;
            struct block_permissions permissions;
        } result; /* BLOCK_TOOL_RESULT, BLOCK_TOOL_CALL_RESULT */
    };
};

enum output_type {
    OUTPUT_ASSISTANT = 1,
    OUTPUT_USER,
    OUTPUT_RESULT,
    OUTPUT_SUMMARY,
    OUTPUT_SYSTEM
};
enum output_role { OUTPUT_BY_ASSISTANT = 1, OUTPUT_BY_USER };

struct output_message {
    struct schema_object object;
    enum output_role role;
    const char *model; /* OUTPUT_ASSISTANT */
    const char *text;  /* OUTPUT_USER may have it in place of blocks */
    LIST_OF(struct output_block) blocks;
    struct token_usage usage; /* optional */
};

struct output_row {
    struct schema_object object;
    enum output_type type;
    struct maybe_bool is_sidechain, is_compact_summary, is_meta;
    const char *uuid, *parent_uuid; /* may be null */
    struct output_message message;  /* OUTPUT_ASSISTANT, OUTPUT_USER */
    struct maybe_json tool_use_result;
    const char *text; /* OUTPUT_RESULT: may be absent or null; OUTPUT_SUMMARY */
};

extern const struct schema output_row_schema;

#endif
