if HAVE_CMOCKA
WIRE_TESTS = tests/unit/wire/test_buffer tests/unit/wire/test_frame tests/unit/wire/test_json_rpc \
	tests/unit/wire/test_utf8
check_PROGRAMS += $(WIRE_TESTS)
TESTS += $(WIRE_TESTS)

tests_unit_wire_test_buffer_SOURCES = tests/unit/wire/test_buffer.c
tests_unit_wire_test_buffer_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_unit_wire_test_buffer_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_wire_test_buffer_LDADD = libhappywire.a $(CMOCKA_LIBS)

tests_unit_wire_test_frame_SOURCES = tests/unit/wire/test_frame.c
tests_unit_wire_test_frame_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_unit_wire_test_frame_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_wire_test_frame_LDADD = libhappywire.a $(CMOCKA_LIBS)

tests_unit_wire_test_json_rpc_SOURCES = tests/unit/wire/test_json_rpc.c
tests_unit_wire_test_json_rpc_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_unit_wire_test_json_rpc_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_wire_test_json_rpc_LDADD = libhappywire.a $(JSON_C_LIBS) $(CMOCKA_LIBS)

tests_unit_wire_test_utf8_SOURCES = tests/unit/wire/test_utf8.c
tests_unit_wire_test_utf8_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_unit_wire_test_utf8_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_wire_test_utf8_LDADD = libhappywire.a $(JSON_C_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/wire/test_settings
TESTS += tests/unit/wire/test_settings
tests_unit_wire_test_settings_SOURCES = tests/unit/wire/test_settings.c
tests_unit_wire_test_settings_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_unit_wire_test_settings_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_wire_test_settings_LDADD = libhappywire.a $(JSON_C_LIBS) $(CMOCKA_LIBS)
endif
