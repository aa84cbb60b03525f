if HAVE_CMOCKA
HOLDER_TESTS = \
	tests/unit/holder/test_kept_bytes \
	tests/unit/holder/test_repaint \
	tests/unit/holder/test_screen \
	tests/unit/holder/test_sequence_scanner \
	tests/unit/holder/test_view
check_PROGRAMS += $(HOLDER_TESTS)
TESTS += $(HOLDER_TESTS)

HOLDER_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) -I$(srcdir)/daemon/holder
HOLDER_TEST_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(VTERM_CFLAGS) $(CMOCKA_CFLAGS)
HOLDER_TEST_LIBS = $(HOLDER_LIBS) $(CMOCKA_LIBS)
HOLDER_TEST_PARTS = \
	tests/unit/holder/emulator.c tests/unit/holder/emulator.h \
	tests/unit/holder/random_output.c tests/unit/holder/random_output.h

tests_unit_holder_test_kept_bytes_SOURCES = tests/unit/holder/test_kept_bytes.c
tests_unit_holder_test_kept_bytes_CPPFLAGS = $(HOLDER_TEST_CPPFLAGS)
tests_unit_holder_test_kept_bytes_CFLAGS = $(HOLDER_TEST_CFLAGS)
tests_unit_holder_test_kept_bytes_LDADD = $(HOLDER_TEST_LIBS)

tests_unit_holder_test_repaint_SOURCES = tests/unit/holder/test_repaint.c $(HOLDER_TEST_PARTS)
tests_unit_holder_test_repaint_CPPFLAGS = $(HOLDER_TEST_CPPFLAGS)
tests_unit_holder_test_repaint_CFLAGS = $(HOLDER_TEST_CFLAGS)
tests_unit_holder_test_repaint_LDADD = $(HOLDER_TEST_LIBS)

tests_unit_holder_test_screen_SOURCES = tests/unit/holder/test_screen.c $(HOLDER_TEST_PARTS)
tests_unit_holder_test_screen_CPPFLAGS = $(HOLDER_TEST_CPPFLAGS)
tests_unit_holder_test_screen_CFLAGS = $(HOLDER_TEST_CFLAGS)
tests_unit_holder_test_screen_LDADD = $(HOLDER_TEST_LIBS)

tests_unit_holder_test_sequence_scanner_SOURCES = tests/unit/holder/test_sequence_scanner.c $(HOLDER_TEST_PARTS)
tests_unit_holder_test_sequence_scanner_CPPFLAGS = $(HOLDER_TEST_CPPFLAGS)
tests_unit_holder_test_sequence_scanner_CFLAGS = $(HOLDER_TEST_CFLAGS)
tests_unit_holder_test_sequence_scanner_LDADD = $(HOLDER_TEST_LIBS)

tests_unit_holder_test_view_SOURCES = tests/unit/holder/test_view.c $(HOLDER_TEST_PARTS)
tests_unit_holder_test_view_CPPFLAGS = $(HOLDER_TEST_CPPFLAGS)
tests_unit_holder_test_view_CFLAGS = $(HOLDER_TEST_CFLAGS)
tests_unit_holder_test_view_LDADD = $(HOLDER_TEST_LIBS)
endif
