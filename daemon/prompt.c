#include "prompt.h"

#include <stdlib.h>
#include <string.h>

#include "agent_sign.h"
#include "holder_link.h"
#include "os/clock.h"
#include "session_input.h"
#include "session_link.h"

#define LOOK_MS      50   /* between two looks at an agent that is waited for */
#define SETTLE_MS    1000 /* for the pasted text to appear, at the most */
#define PASTE_MS     5000 /* for an empty input line to show it, at the most */
#define ENTER_MS     2000 /* without a word of the agent: look whether the text still stands there */
#define ENTER_MOST   3
#define VISIBLE_TAIL 24 /* characters of the text by which it is known again on the screen */

enum phase {
    QUEUED,   /* behind another prompt */
    READYING, /* until the screen shows that the agent reads */
    SETTLING, /* pasted; until the terminal falls quiet */
    TAKING,   /* Enter was pressed */
};

struct prompt {
    struct session_wait wait; /* first */
    struct prompt *next;      /* in the session's queue */
    enum phase phase;
    char *text;
    bool submit;
    struct event *timer;
    uint64_t output_next; /* as last seen; at Enter, the answer's offset */
    int64_t since;        /* when the phase began */
    int entered;
};

static void begin(struct prompt *prompt);

static void look_again(struct prompt *prompt, int milliseconds)
{
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    evtimer_add(prompt->timer, &time);
}

static void enter_phase(struct prompt *prompt, enum phase phase)
{
    prompt->phase = phase;
    prompt->since = clock_monotonic_ms();
}

static void release(struct session_wait *wait)
{
    struct prompt *prompt = (struct prompt *)wait;
    struct session *session = wait->session;
    struct prompt **link = &session->prompts;
    bool first = session->prompts == prompt;
    while (*link && *link != prompt)
        link = &(*link)->next;
    if (*link)
        *link = prompt->next;
    if (session->link)
        holder_link_cancel(session->link, prompt);
    session_wait_stop(wait);
    if (prompt->timer)
        event_free(prompt->timer);
    free(prompt->text);
    free(prompt);
    if (first && session->prompts)
        begin(session->prompts);
}

static void not_taken(struct prompt *prompt, const char *why)
{
    struct error error;
    error_set(&error, ERROR_NOT_TAKEN, "%s did not take the prompt: %s",
              prompt->wait.session->dialect->title, why);
    error_fix(&error, "look at it with \"happyctl screen %s\"", prompt->wait.session->id);
    session_wait_fail(&prompt->wait, &error);
}

static void taken(struct prompt *prompt)
{
    struct json_object *result = json_object_new_object();
    json_put_integer(result, "offset", (int64_t)prompt->output_next);
    session_wait_answer(&prompt->wait, result);
}

static void on_expired(struct session_wait *wait)
{
    static const char *const reasons[] = {
        [QUEUED] = "another prompt is still being delivered",
        [READYING] = "its screen does not show that it waits for one",
        [SETTLING] = "it did not show the text in time",
        [TAKING] = "it said nothing about it in time",
    };
    struct prompt *prompt = (struct prompt *)wait;
    not_taken(prompt, reasons[prompt->phase]);
}

static void on_change(struct session_wait *wait, enum session_change change)
{
    struct prompt *prompt = (struct prompt *)wait;
    if (!session_is_live(wait->session))
        session_wait_fail_ended(wait);
    else if (change == SESSION_CHANGED_PROMPT && prompt->phase == TAKING)
        taken(prompt);
}

static bool uses_notes(const struct prompt *prompt)
{
    return prompt->wait.session->dialect->activity == AGENT_ACTIVITY_NOTES;
}

/* False when the input failed: then the call has failed, and the prompt is gone. */
static bool type(struct prompt *prompt, const char *bytes, size_t length)
{
    struct error error;
    if (session_input(prompt->wait.session, bytes, length, &error) == 0)
        return true;
    session_wait_fail(&prompt->wait, &error);
    return false;
}

static void press_enter(struct prompt *prompt)
{
    enter_phase(prompt, TAKING);
    prompt->entered++;
    if (type(prompt, "\r", 1))
        look_again(prompt, uses_notes(prompt) ? ENTER_MS : LOOK_MS);
}

static bool is_text_visible(const struct prompt *prompt, struct frame_string screen)
{
    struct buffer typed = {0};
    const char *end = prompt->text + strlen(prompt->text);
    while (end > prompt->text && (end[-1] == '\n' || end[-1] == ' '))
        end--;
    const char *start = end;
    while (start > prompt->text && start[-1] != '\n' && end - start < VISIBLE_TAIL)
        start--;
    agent_sign_append_typed(&typed, screen);
    bool visible = end > start && typed.length > 0 &&
                   memmem(typed.data, typed.length, start, (size_t)(end - start));
    buffer_free(&typed);
    return visible;
}

/* An empty input line, or a question, says that what stood there went to the agent. An Enter that
   a busy screen swallowed leaves the text standing. */
static void on_taking_screen(const struct frame_screen *screen, const struct error *error,
                             void *context)
{
    struct prompt *prompt = context;
    if (error) {
        session_wait_fail(&prompt->wait, error);
        return;
    }
    bool long_ago = clock_monotonic_ms() - prompt->since >= ENTER_MS;
    if (agent_sign_read(prompt->wait.session->dialect, screen->text) != AGENT_SIGN_NONE)
        taken(prompt);
    else if (long_ago && prompt->entered < ENTER_MOST && is_text_visible(prompt, screen->text))
        press_enter(prompt);
    else
        look_again(prompt, LOOK_MS);
}

static void on_taking_status(const struct frame_status *status, const struct error *error,
                             void *context)
{
    struct prompt *prompt = context;
    if (error)
        session_wait_fail(&prompt->wait, error);
    else if (status->output_next > prompt->output_next)
        taken(prompt);
    else
        look_again(prompt, LOOK_MS);
}

/* As long as the input line is empty the agent has not read the paste: Enter would join it. */
static void on_settling_screen(const struct frame_screen *screen, const struct error *error,
                               void *context)
{
    struct prompt *prompt = context;
    if (error)
        session_wait_fail(&prompt->wait, error);
    else if (agent_sign_read(prompt->wait.session->dialect, screen->text) == AGENT_SIGN_READY &&
             clock_monotonic_ms() - prompt->since < PASTE_MS)
        look_again(prompt, LOOK_MS);
    else
        press_enter(prompt);
}

static void on_settling_status(const struct frame_status *status, const struct error *error,
                               void *context)
{
    struct prompt *prompt = context;
    if (error) {
        session_wait_fail(&prompt->wait, error);
        return;
    }
    bool moving = status->output_next != prompt->output_next &&
                  clock_monotonic_ms() - prompt->since < SETTLE_MS;
    prompt->output_next = status->output_next;
    if (moving)
        look_again(prompt, LOOK_MS);
    else if (!prompt->submit)
        taken(prompt);
    else if (prompt->wait.session->dialect->ready)
        holder_link_get_screen(prompt->wait.session->link, true, on_settling_screen, prompt);
    else
        press_enter(prompt);
}

static void paste(struct prompt *prompt, const struct frame_status *status)
{
    struct session *session = prompt->wait.session;
    struct buffer bytes = {0};
    prompt->output_next = status->output_next;
    if (session->terminal) {
        prompt_paste(&bytes, prompt->text, (status->modes & FRAME_MODE_BRACKETED_PASTE) != 0);
    } else {
        buffer_append_string(&bytes, prompt->text);
        if (prompt->submit)
            buffer_append_byte(&bytes, '\n');
    }
    enter_phase(prompt, SETTLING);
    bool good = type(prompt, buffer_string(&bytes), bytes.length);
    buffer_free(&bytes);
    if (!good)
        return;
    int delay = session->dialect->enter_delay_ms;
    if (session->terminal)
        look_again(prompt, delay > LOOK_MS ? delay : LOOK_MS);
    else
        taken(prompt); /* a pipe takes it */
}

static void on_readying_status(const struct frame_status *status, const struct error *error,
                               void *context)
{
    struct prompt *prompt = context;
    if (error)
        session_wait_fail(&prompt->wait, error);
    else
        paste(prompt, status);
}

static void on_readying_screen(const struct frame_screen *screen, const struct error *error,
                               void *context)
{
    struct prompt *prompt = context;
    struct session *session = prompt->wait.session;
    if (error) {
        session_wait_fail(&prompt->wait, error);
        return;
    }
    switch (agent_sign_read(session->dialect, screen->text)) {
    case AGENT_SIGN_QUESTION:
        not_taken(prompt, "a question waits for an answer on its screen");
        break;
    case AGENT_SIGN_READY:
        holder_link_get_status(session->link, on_readying_status, prompt);
        break;
    case AGENT_SIGN_NONE:
        look_again(prompt, LOOK_MS);
        break;
    }
}

static void look(struct prompt *prompt)
{
    struct session *session = prompt->wait.session;
    struct error error;
    struct holder_link *link = session_link_of(session, &error);
    if (!link)
        session_wait_fail(&prompt->wait, &error);
    else if (prompt->phase == READYING && session->terminal && session->dialect->ready)
        holder_link_get_screen(link, true, on_readying_screen, prompt);
    else if (prompt->phase == READYING)
        holder_link_get_status(link, on_readying_status, prompt);
    else if (prompt->phase == SETTLING)
        holder_link_get_status(link, on_settling_status, prompt);
    else if (prompt->phase == TAKING && session->dialect->ready)
        holder_link_get_screen(link, true, on_taking_screen, prompt);
    else if (prompt->phase == TAKING)
        holder_link_get_status(link, on_taking_status, prompt);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
    (void)descriptor, (void)what;
    look(context);
}

/* By the timer, so that the queue is not walked deeper with each prompt that fails. */
static void begin(struct prompt *prompt)
{
    enter_phase(prompt, READYING);
    look_again(prompt, 0);
}

void prompt_deliver(struct api_call *call, const char *text, bool submit, int64_t timeout_ms)
{
    struct session *session = call->session;
    struct prompt *prompt = calloc(1, sizeof *prompt);
    char *copy = strdup(text);
    struct event *timer = prompt ? evtimer_new(call->daemon->base, on_timer, prompt) : NULL;
    if (!copy || !timer) {
        struct error error;
        error_set(&error, ERROR_MEMORY, "out of memory");
        free(prompt);
        free(copy);
        api_fail(call, &error);
        return;
    }
    *prompt = (struct prompt){.text = copy, .submit = submit, .timer = timer};
    prompt->wait.changed = on_change;
    prompt->wait.expired = on_expired;
    prompt->wait.release = release;
    struct prompt **last = &session->prompts;
    while (*last)
        last = &(*last)->next;
    *last = prompt;
    session_wait_begin(&prompt->wait, call, timeout_ms);
    if (session->prompts == prompt)
        begin(prompt);
}

void prompt_paste(struct buffer *bytes, const char *text, bool bracketed)
{
    static const char end_mark[] = "\033[201~";
    if (bracketed)
        buffer_append_string(bytes, "\033[200~");
    for (const char *next = text; *next; next++) {
        unsigned char byte = (unsigned char)*next;
        if (strncmp(next, end_mark, strlen(end_mark)) == 0)
            next += strlen(end_mark) - 1;
        else if (byte == '\n' || (byte == '\r' && next[1] != '\n'))
            buffer_append_byte(bytes, '\r');
        else if (byte == '\t' || (byte >= ' ' && byte != 0x7f))
            buffer_append_byte(bytes, *next);
    }
    if (bracketed)
        buffer_append_string(bytes, end_mark);
}
