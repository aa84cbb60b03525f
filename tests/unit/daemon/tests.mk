if HAVE_CMOCKA
DAEMON_TESTS = tests/unit/daemon/test_agent_sign tests/unit/daemon/test_api_params tests/unit/daemon/test_database \
	tests/unit/daemon/test_holder_requests tests/unit/daemon/test_pattern tests/unit/daemon/test_session_table tests/unit/daemon/test_text
check_PROGRAMS += $(DAEMON_TESTS)
TESTS += $(DAEMON_TESTS)

tests_unit_daemon_test_agent_sign_SOURCES = tests/unit/daemon/test_agent_sign.c
tests_unit_daemon_test_agent_sign_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_agent_sign_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_agent_sign_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)

tests_unit_daemon_test_api_params_SOURCES = tests/unit/daemon/test_api_params.c
tests_unit_daemon_test_api_params_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_api_params_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_api_params_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)

tests_unit_daemon_test_database_SOURCES = tests/unit/daemon/test_database.c
tests_unit_daemon_test_database_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_database_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_database_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)

tests_unit_daemon_test_holder_requests_SOURCES = tests/unit/daemon/test_holder_requests.c
tests_unit_daemon_test_holder_requests_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_holder_requests_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_holder_requests_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)

tests_unit_daemon_test_pattern_SOURCES = tests/unit/daemon/test_pattern.c
tests_unit_daemon_test_pattern_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_pattern_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_pattern_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)

tests_unit_daemon_test_session_table_SOURCES = tests/unit/daemon/test_session_table.c
tests_unit_daemon_test_session_table_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_session_table_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_session_table_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)

tests_unit_daemon_test_text_SOURCES = tests/unit/daemon/test_text.c
tests_unit_daemon_test_text_CPPFLAGS = $(DAEMON_CPPFLAGS)
tests_unit_daemon_test_text_CFLAGS = $(DAEMON_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_daemon_test_text_LDADD = $(DAEMON_LDADD) $(CMOCKA_LIBS)
endif
