#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/secret.h"

static void a_secret_keeps_its_bytes(void **state)
{
    (void)state;
    struct secret *secret = secret_copy("0123456789", 10, NULL);
    struct secret *same = secret_copy("0123456789", 10, NULL);
    struct secret *longer = secret_copy("0123456789x", 11, NULL);
    assert_int_equal(secret_size(secret), 10);
    assert_memory_equal(secret_bytes(secret), "0123456789", 10);
    assert_true(secret_equals(secret, same));
    assert_false(secret_equals(secret, longer));
    secret_truncate(longer, 10);
    assert_true(secret_equals(secret, longer));
    secret_writable(same)[3] ^= 1;
    assert_false(secret_equals(secret, same));
    secret_free(secret);
    secret_free(same);
    secret_free(longer);
    secret_free(NULL);
}

static void base64_goes_both_ways(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 100; size++) {
        struct secret *secret = secret_random(&RANDOM_SYSTEM, size, NULL);
        struct secret *text = secret_to_base64(secret, NULL);
        struct secret *url = secret_to_base64url(secret, NULL);
        struct secret *back = secret_from_base64(secret_slice(text), size, "x", NULL);
        struct secret *url_back = secret_from_base64url(secret_slice(url), size, "x", NULL);
        assert_non_null(back);
        assert_non_null(url_back);
        assert_true(secret_equals(secret, back));
        assert_true(secret_equals(secret, url_back));
        assert_null(secret_from_base64(secret_slice(text), size + 1, "x", NULL));
        secret_free(secret);
        secret_free(text);
        secret_free(url);
        secret_free(back);
        secret_free(url_back);
    }
}

static void errors_name_the_value_and_never_show_it(void **state)
{
    (void)state;
    struct error error;
    assert_null(secret_from_base64(slice_of_string("c2VjcmV0"), 32, "the machine key", &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, "the machine key must be 32 bytes, not 6");
    assert_null(secret_from_base64(slice_of_string("sec ret!"), 6, "the machine key", &error));
    assert_string_equal(error.message, "the machine key is not base64");
}

static void too_long_a_secret_is_refused(void **state)
{
    (void)state;
    struct error error;
    assert_null(secret_new(SECRET_SIZE_MAX + 1, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
}

/* The page behind a secret is a guard: writing a page too far ends the process. */
static void writing_past_a_secret_is_fatal(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGSEGV, SIG_DFL); /* cmocka catches it */
        struct secret *secret = secret_new(16, NULL);
        volatile unsigned char *bytes = secret_writable(secret);
        bytes[sysconf(_SC_PAGESIZE)] = 1;
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_keeps_its_bytes),
        cmocka_unit_test(base64_goes_both_ways),
        cmocka_unit_test(errors_name_the_value_and_never_show_it),
        cmocka_unit_test(too_long_a_secret_is_refused),
        cmocka_unit_test(writing_past_a_secret_is_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
