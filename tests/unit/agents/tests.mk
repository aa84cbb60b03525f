if HAVE_CMOCKA
AGENTS_TESTS = \
	tests/unit/agents/test_arguments \
	tests/unit/agents/test_claude_note \
	tests/unit/agents/test_launch \
	tests/unit/agents/test_payload \
	tests/unit/agents/test_program \
	tests/unit/agents/test_records \
	tests/unit/agents/test_screens
check_PROGRAMS += $(AGENTS_TESTS)
TESTS += $(AGENTS_TESTS)

AGENTS_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(AGENTS_CPPFLAGS) -I$(srcdir)
AGENTS_TEST_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
AGENTS_TEST_LIBS = libhappyagents.a libhappyos.a libhappywire.a $(JSON_C_LIBS) $(CMOCKA_LIBS)
AGENTS_TEST_FOLDER = tests/unit/agents/folder.c tests/unit/agents/folder.h

tests_unit_agents_test_arguments_SOURCES = tests/unit/agents/test_arguments.c
tests_unit_agents_test_arguments_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_arguments_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_arguments_LDADD = $(AGENTS_TEST_LIBS)

tests_unit_agents_test_claude_note_SOURCES = tests/unit/agents/test_claude_note.c
tests_unit_agents_test_claude_note_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_claude_note_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_claude_note_LDADD = $(AGENTS_TEST_LIBS)

tests_unit_agents_test_launch_SOURCES = tests/unit/agents/test_launch.c $(AGENTS_TEST_FOLDER)
tests_unit_agents_test_launch_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_launch_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_launch_LDADD = $(AGENTS_TEST_LIBS)

tests_unit_agents_test_payload_SOURCES = tests/unit/agents/test_payload.c agents/hook/payload.c
tests_unit_agents_test_payload_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_payload_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_payload_LDADD = $(AGENTS_TEST_LIBS)

tests_unit_agents_test_program_SOURCES = tests/unit/agents/test_program.c $(AGENTS_TEST_FOLDER)
tests_unit_agents_test_program_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_program_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_program_LDADD = $(AGENTS_TEST_LIBS)

tests_unit_agents_test_records_SOURCES = tests/unit/agents/test_records.c $(AGENTS_TEST_FOLDER)
tests_unit_agents_test_records_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_records_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_records_LDADD = $(AGENTS_TEST_LIBS)

tests_unit_agents_test_screens_SOURCES = tests/unit/agents/test_screens.c
tests_unit_agents_test_screens_CPPFLAGS = $(AGENTS_TEST_CPPFLAGS)
tests_unit_agents_test_screens_CFLAGS = $(AGENTS_TEST_CFLAGS)
tests_unit_agents_test_screens_LDADD = $(AGENTS_TEST_LIBS)
endif
EXTRA_DIST += tests/unit/agents/claude-hooks.jsonl
