#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "report.h"
#include "utf8.h"
#include "wire/buffer.h"

#define TEXT_MAX        (1024u * 1024u)
#define SEND_TIMEOUT_MS 10000

static const struct option OPTIONS[] = {
    {'s', "session", "SESSION", "for which session (default: the latest)"},
    {0, "no-enter", NULL, "paste the text and do not press Enter"},
    {'k', "keys", NULL, "the words are key names: Enter, Escape, C-c, Up, F5, …"},
    {0, "timeout", "SECONDS", "how long the agent may take to accept it (default 10)"},
    {0},
};

static int read_input(struct buffer *text, struct error *error)
{
    char bytes[16 * 1024];
    ssize_t count;
    while ((count = read(STDIN_FILENO, bytes, sizeof bytes)) != 0) {
        if (count < 0 && errno != EINTR)
            return error_set_errno(error, "cannot read standard input");
        if (count > 0)
            buffer_append(text, bytes, (size_t)count);
        if (text->length > TEXT_MAX)
            break;
    }
    /* The newline that ends a file is not part of the prompt. */
    if (text->length && text->data[text->length - 1] == '\n')
        text->data[--text->length] = '\0';
    return 0;
}

static int read_text(const struct arguments *arguments, struct buffer *text, struct error *error)
{
    bool input = arguments->operand_count == 1 && strcmp(arguments->operands[0], "-") == 0;
    if (input && read_input(text, error) < 0)
        return -1;
    for (size_t i = 0; !input && i < arguments->operand_count; i++) {
        if (i)
            buffer_append_byte(text, ' ');
        buffer_append_string(text, arguments->operands[i]);
    }
    if (text->failed)
        return error_set(error, ERROR_MEMORY, "out of memory");
    if (text->length > TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "the text is longer than %u bytes", TEXT_MAX);
    if (!text->length)
        return error_set(error, ERROR_INVALID, "there is no text to send");
    if (!utf8_is_valid(text->data, text->length) || memchr(text->data, '\0', text->length))
        return error_set(error, ERROR_INVALID, "the text is not UTF-8 text");
    return 0;
}

static int send_keys(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    struct json_object *params = session_parameters(arguments_value(arguments, "session"));
    struct json_object *keys = json_object_new_array();
    for (size_t i = 0; i < arguments->operand_count; i++)
        json_object_array_add(keys, json_object_new_string(arguments->operands[i]));
    json_put(params, "keys", keys);
    int status;
    json_object_put(invocation_call(invocation, "session.keys", params, CALL_TIMEOUT_MS, &status));
    return status;
}

static int run(struct invocation *invocation)
{
    const struct arguments *arguments = &invocation->arguments;
    struct error error;
    struct buffer text = {0};
    long long seconds = SEND_TIMEOUT_MS / 1000;
    if (arguments_has(arguments, "keys"))
        return send_keys(invocation);
    if (arguments_number(arguments, "timeout", 1, 86400, &seconds, &error) < 0 ||
        read_text(arguments, &text, &error) < 0) {
        buffer_free(&text);
        report_error(&error);
        return STATUS_USAGE;
    }
    struct json_object *params = session_parameters(arguments_value(arguments, "session"));
    json_put_string(params, "text", text.data);
    json_put_bool(params, "submit", !arguments_has(arguments, "no-enter"));
    json_put_integer(params, "timeoutMs", seconds * 1000);
    buffer_free(&text);
    int status;
    json_object_put(invocation_call(invocation, "session.send", params,
                                    (int)seconds * 1000 + CALL_TIMEOUT_MS, &status));
    return status;
}

const struct command COMMAND_SEND = {
    .name = "send",
    .usage = "[OPTIONS] TEXT…",
    .summary = "give a session a prompt",
    .details = "Pastes the words, joined by spaces, presses Enter, and returns once the agent has\n"
               "taken it. TEXT - reads standard input; behind -- words may begin with a dash.",
    .example = "happyctl send fix the failing test\n"
               "happyctl send -s claude-1 - < prompt.txt\n"
               "happyctl send -s claude-1 -k Escape",
    .options = OPTIONS,
    .least = 1,
    .most = OPERANDS_ANY,
    .run = run,
};
