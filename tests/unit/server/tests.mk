if HAVE_CMOCKA
SERVER_TESTS = tests/unit/server/test_compact_text \
	tests/unit/server/test_store \
	tests/unit/server/test_store_accounts \
	tests/unit/server/test_store_full \
	tests/unit/server/test_store_killed \
	tests/unit/server/test_store_messages \
	tests/unit/server/test_store_people \
	tests/unit/server/test_store_plans \
	tests/unit/server/test_store_sessions \
	tests/unit/server/test_store_values
check_PROGRAMS += $(SERVER_TESTS)
TESTS += $(SERVER_TESTS)

tests_unit_server_test_compact_text_SOURCES = tests/unit/server/test_compact_text.c
tests_unit_server_test_compact_text_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_compact_text_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_compact_text_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_SOURCES = tests/unit/server/test_store.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_accounts_SOURCES = tests/unit/server/test_store_accounts.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_accounts_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_accounts_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_accounts_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_full_SOURCES = tests/unit/server/test_store_full.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_full_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_full_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_full_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_killed_SOURCES = tests/unit/server/test_store_killed.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_killed_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_killed_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_killed_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_messages_SOURCES = tests/unit/server/test_store_messages.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_messages_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_messages_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_messages_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_people_SOURCES = tests/unit/server/test_store_people.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_people_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_people_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_people_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_plans_SOURCES = tests/unit/server/test_store_plans.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_plans_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_plans_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_plans_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_sessions_SOURCES = tests/unit/server/test_store_sessions.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_sessions_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_sessions_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_sessions_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)

tests_unit_server_test_store_values_SOURCES = tests/unit/server/test_store_values.c tests/unit/server/store_fixture.c \
	tests/unit/server/store_fixture.h
tests_unit_server_test_store_values_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_unit_server_test_store_values_CFLAGS = $(SERVER_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_server_test_store_values_LDADD = $(SERVER_LDADD) $(CMOCKA_LIBS)
endif
