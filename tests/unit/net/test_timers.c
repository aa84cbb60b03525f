/* Many timers, set, moved and cleared at random, expire in order and not before their time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/timers.h"
#include "os/clock.h"

#define COUNT 2000

struct item {
    struct timer timer;
    int64_t due;
    bool is_set, expired;
};

static struct timers *timers;
static struct item items[COUNT];
static int64_t last;
static int expired;

static void on_expired(struct timer *timer)
{
    struct item *item = (struct item *)timer;
    assert_true(item->is_set && !item->expired);
    assert_true(clock_monotonic_ms() >= item->due);
    assert_true(item->due >= last);
    last = item->due;
    item->expired = true;
    expired++;
    /* Another one that waits must bear being cleared from here. */
    struct item *other = &items[(item - items + COUNT / 2) % COUNT];
    if (!other->expired && other->is_set && expired % 7 == 0) {
        timers_clear(timers, &other->timer);
        other->is_set = false;
    }
}

static void test_order(void **state)
{
    (void)state;
    struct event_base *base = event_base_new();
    timers = timers_new(base);
    int64_t now = clock_monotonic_ms();
    srand(1);
    for (int round = 0; round < 5 * COUNT; round++) {
        struct item *item = &items[rand() % COUNT];
        item->timer.expired = on_expired;
        item->due = now + rand() % 200;
        item->is_set = rand() % 5 != 0;
        if (item->is_set)
            assert_true(timers_set(timers, &item->timer, item->due));
        else
            timers_clear(timers, &item->timer);
    }
    event_base_dispatch(base);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(items[i].is_set, items[i].expired);
        assert_int_equal(items[i].timer.place, 0);
    }
    timers_free(timers);
    event_base_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
