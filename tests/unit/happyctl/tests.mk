if HAVE_CMOCKA
HAPPYCTL_TESTS = \
	tests/unit/happyctl/test_arguments \
	tests/unit/happyctl/test_detach_key \
	tests/unit/happyctl/test_terminal_modes \
	tests/unit/happyctl/test_text
check_PROGRAMS += $(HAPPYCTL_TESTS)
TESTS += $(HAPPYCTL_TESTS)

# The room is no library: what is tested is compiled in.
HAPPYCTL_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) -I$(srcdir) -I$(srcdir)/happyctl
HAPPYCTL_TEST_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
HAPPYCTL_TEST_LIBS = libhappyos.a libhappywire.a $(JSON_C_LIBS) $(CMOCKA_LIBS)

tests_unit_happyctl_test_arguments_SOURCES = tests/unit/happyctl/test_arguments.c \
	happyctl/arguments.c happyctl/closest_word.c
tests_unit_happyctl_test_arguments_CPPFLAGS = $(HAPPYCTL_TEST_CPPFLAGS)
tests_unit_happyctl_test_arguments_CFLAGS = $(HAPPYCTL_TEST_CFLAGS)
tests_unit_happyctl_test_arguments_LDADD = $(HAPPYCTL_TEST_LIBS)

tests_unit_happyctl_test_detach_key_SOURCES = tests/unit/happyctl/test_detach_key.c happyctl/detach_key.c
tests_unit_happyctl_test_detach_key_CPPFLAGS = $(HAPPYCTL_TEST_CPPFLAGS)
tests_unit_happyctl_test_detach_key_CFLAGS = $(HAPPYCTL_TEST_CFLAGS)
tests_unit_happyctl_test_detach_key_LDADD = $(HAPPYCTL_TEST_LIBS)

tests_unit_happyctl_test_terminal_modes_SOURCES = tests/unit/happyctl/test_terminal_modes.c \
	happyctl/terminal_modes.c happyctl/drawn_area.c
tests_unit_happyctl_test_terminal_modes_CPPFLAGS = $(HAPPYCTL_TEST_CPPFLAGS)
tests_unit_happyctl_test_terminal_modes_CFLAGS = $(HAPPYCTL_TEST_CFLAGS)
tests_unit_happyctl_test_terminal_modes_LDADD = $(HAPPYCTL_TEST_LIBS)

tests_unit_happyctl_test_text_SOURCES = tests/unit/happyctl/test_text.c happyctl/attach_reason.c \
	happyctl/log_printer.c happyctl/quantity.c happyctl/text_table.c happyctl/utf8.c
tests_unit_happyctl_test_text_CPPFLAGS = $(HAPPYCTL_TEST_CPPFLAGS)
tests_unit_happyctl_test_text_CFLAGS = $(HAPPYCTL_TEST_CFLAGS)
tests_unit_happyctl_test_text_LDADD = $(HAPPYCTL_TEST_LIBS)
endif
