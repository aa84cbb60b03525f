/* Any bytes as an agent's output. Whatever they are: cut anywhere they give the same screen, a size
   change is survived, and a terminal that is painted shows the same. The first byte chooses the
   size.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "character_width.h"
#include "repaint.h"
#include "terminal_query.h"
#include "view.h"

struct emulated {
    struct history *history;
    struct screen *screen;
    struct sequence_scanner scanner;
    struct buffer answers;
};

static void open_screen(struct emulated *emulated, unsigned columns, unsigned rows)
{
    struct error error;
    *emulated = (struct emulated){.history = history_new(50, 4000, &error)};
    emulated->screen = screen_new(columns, rows, emulated->history, &error);
    if (!emulated->history || !emulated->screen)
        abort();
}

static void close_screen(struct emulated *emulated)
{
    sequence_scanner_clear(&emulated->scanner);
    buffer_free(&emulated->answers);
    screen_free(emulated->screen);
    history_free(emulated->history);
}

static void take(const struct sequence *sequence, void *context)
{
    struct emulated *emulated = context;
    struct control_sequence parsed;
    bool csi = sequence->kind == SEQUENCE_CSI && control_sequence_parse(sequence, &parsed);
    buffer_clear(&emulated->answers);
    if (!terminal_query_answer(emulated->screen, sequence, csi ? &parsed : NULL,
                               &emulated->answers))
        screen_feed(emulated->screen, sequence, csi ? &parsed : NULL);
}

static void feed(struct emulated *emulated, const void *bytes, size_t length)
{
    sequence_scanner_feed(&emulated->scanner, bytes, length, take, emulated);
}

static void expect_same(const struct emulated *one, const struct emulated *other)
{
    struct buffer texts[2] = {{0}, {0}};
    repaint_append_text(&texts[0], one->screen, true);
    repaint_append_text(&texts[1], other->screen, true);
    if (texts[0].length != texts[1].length ||
        memcmp(texts[0].data, texts[1].data, texts[0].length) != 0)
        abort();
    const struct grid *grids[] = {screen_grid(one->screen), screen_grid(other->screen)};
    for (unsigned i = 0; i < grid_rows(grids[0]); i++)
        if (grid_row(grids[0], i)->size != grid_row(grids[1], i)->size)
            abort();
    struct screen_cursor a = screen_cursor(one->screen), b = screen_cursor(other->screen);
    if (a.row != b.row || a.column != b.column || a.wrap_pending != b.wrap_pending)
        abort();
    buffer_free(&texts[0]);
    buffer_free(&texts[1]);
}

static void paint(const struct emulated *agent, struct emulated *user, uint64_t first_line,
                  bool first)
{
    struct buffer bytes = {0};
    const struct repaint repaint = {.keeps_shown = first, .history_first = first_line};
    repaint_append(&bytes, agent->screen, &repaint);
    feed(user, buffer_string(&bytes), bytes.length);
    buffer_free(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    character_width_load();
    unsigned columns = 1 + data[0] % 50, rows = 1 + data[0] / 16;
    struct emulated agent, bytewise, user;
    open_screen(&agent, columns, rows);
    open_screen(&bytewise, columns, rows);
    open_screen(&user, columns, rows);
    feed(&agent, data + 1, size - 1);
    for (size_t i = 1; i < size; i++)
        feed(&bytewise, data + i, 1);
    expect_same(&agent, &bytewise);
    /* What is not finished would come by itself. */
    feed(&agent, "\030\a", 2);
    paint(&agent, &user, history_next(agent.history), true);
    expect_same(&agent, &user);
    paint(&agent, &user, 0, false);
    expect_same(&agent, &user);
    paint(&agent, &bytewise, 0, false);
    expect_same(&agent, &bytewise);
    struct view *view = view_new(rows, columns);
    struct buffer drawn = {0};
    unsigned entries = 0;
    screen_resize(agent.screen, rows, columns);
    feed(&agent, data + 1, size - 1);
    view_append(view, &drawn, agent.screen, &entries);
    screen_resize(agent.screen, columns, rows);
    view_append(view, &drawn, agent.screen, &entries);
    view_free(view);
    buffer_free(&drawn);
    close_screen(&agent);
    close_screen(&bytewise);
    close_screen(&user);
    return 0;
}
