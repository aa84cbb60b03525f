if HAVE_CMOCKA
HOLDER_TESTS = \
	tests/unit/holder/test_repaint
check_PROGRAMS += $(HOLDER_TESTS)
TESTS += $(HOLDER_TESTS)

HOLDER_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) -I$(srcdir)/daemon/holder
HOLDER_TEST_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(VTERM_CFLAGS) $(CMOCKA_CFLAGS)
HOLDER_TEST_LIBS = $(HOLDER_LIBS) $(CMOCKA_LIBS)

tests_unit_holder_test_repaint_SOURCES = tests/unit/holder/test_repaint.c \
	tests/unit/holder/random_output.c tests/unit/holder/random_output.h
tests_unit_holder_test_repaint_CPPFLAGS = $(HOLDER_TEST_CPPFLAGS)
tests_unit_holder_test_repaint_CFLAGS = $(HOLDER_TEST_CFLAGS)
tests_unit_holder_test_repaint_LDADD = $(HOLDER_TEST_LIBS)
endif
