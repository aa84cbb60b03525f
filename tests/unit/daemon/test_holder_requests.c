#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "holder_requests.h"

static void ask(struct holder_requests *requests, enum frame_type answer, uint32_t number,
                const char *who)
{
    assert_non_null(holder_requests_add(
        requests, (struct holder_request){
                      .answer = answer, .number = number, .context = (void *)(uintptr_t)who}));
}

/* Who hears this answer; NULL: nobody. */
static const char *take(struct holder_requests *requests, enum frame_type answer, uint32_t number)
{
    struct holder_request *request = holder_requests_take(requests, answer, number);
    const char *who = request ? request->context : NULL;
    free(request);
    return who;
}

static const char *give_up(struct holder_requests *requests)
{
    struct holder_request *request = holder_requests_take_due(requests, INT64_MAX);
    const char *who = request ? request->context : NULL;
    free(request);
    return who;
}

static void each_hears_its_own_answer(void **state)
{
    (void)state;
    struct holder_requests requests;
    holder_requests_init(&requests);
    ask(&requests, FRAME_STATUS, 1, "first");
    ask(&requests, FRAME_SCREEN, 2, "screen");
    ask(&requests, FRAME_STATUS, 3, "second");
    ask(&requests, FRAME_SCREEN, 4, "other screen");
    assert_string_equal(take(&requests, FRAME_STATUS, 0), "first");
    assert_string_equal(take(&requests, FRAME_SCREEN, 4), "other screen");
    assert_null(take(&requests, FRAME_HISTORY, 2));
    assert_string_equal(take(&requests, FRAME_STATUS, 0), "second");
    assert_string_equal(take(&requests, FRAME_SCREEN, 2), "screen");
    assert_null(take(&requests, FRAME_STATUS, 0));
    assert_int_equal(holder_requests_left(&requests), -1);
}

/* The holder slept over the deadlines of two questions and answers all three now. */
static void late_answer_is_for_nobody_else(void **state)
{
    (void)state;
    struct holder_requests requests;
    holder_requests_init(&requests);
    ask(&requests, FRAME_STATUS, 1, "first");
    ask(&requests, FRAME_SCREEN, 2, "screen");
    ask(&requests, FRAME_STATUS, 3, "second");
    assert_string_equal(give_up(&requests), "first");
    assert_string_equal(give_up(&requests), "screen");
    assert_string_equal(give_up(&requests), "second");
    ask(&requests, FRAME_STATUS, 4, "third");
    assert_null(take(&requests, FRAME_STATUS, 0));
    assert_null(take(&requests, FRAME_SCREEN, 2));
    assert_null(take(&requests, FRAME_STATUS, 0));
    assert_string_equal(take(&requests, FRAME_STATUS, 0), "third");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hears_its_own_answer),
        cmocka_unit_test(late_answer_is_for_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
