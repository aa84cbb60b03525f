if HAVE_CMOCKA
WIRE_TESTS = \
	tests/unit/wire/test_agent_state \
	tests/unit/wire/test_api \
	tests/unit/wire/test_base64 \
	tests/unit/wire/test_buffer \
	tests/unit/wire/test_engine_session \
	tests/unit/wire/test_frame \
	tests/unit/wire/test_identifier \
	tests/unit/wire/test_json_rpc \
	tests/unit/wire/test_json_text \
	tests/unit/wire/test_pairing \
	tests/unit/wire/test_realtime \
	tests/unit/wire/test_record \
	tests/unit/wire/test_rpc_payload \
	tests/unit/wire/test_schema \
	tests/unit/wire/test_secret \
	tests/unit/wire/test_session_values \
	tests/unit/wire/test_settings \
	tests/unit/wire/test_socket_session \
	tests/unit/wire/test_utf8
check_PROGRAMS += $(WIRE_TESTS)
TESTS += $(WIRE_TESTS)

WIRE_TESTS_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
WIRE_TESTS_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
WIRE_TESTS_LDADD = libhappywire.a $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) $(CMOCKA_LIBS) -lm

tests_unit_wire_test_agent_state_SOURCES = tests/unit/wire/test_agent_state.c
tests_unit_wire_test_agent_state_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_agent_state_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_agent_state_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_api_SOURCES = tests/unit/wire/test_api.c
tests_unit_wire_test_api_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_api_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_api_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_base64_SOURCES = tests/unit/wire/test_base64.c
tests_unit_wire_test_base64_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_base64_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_base64_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_buffer_SOURCES = tests/unit/wire/test_buffer.c
tests_unit_wire_test_buffer_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_buffer_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_buffer_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_engine_session_SOURCES = tests/unit/wire/test_engine_session.c tests/tools/simulated_server.c
tests_unit_wire_test_engine_session_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS) -I$(srcdir)/tests/tools
tests_unit_wire_test_engine_session_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_engine_session_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_frame_SOURCES = tests/unit/wire/test_frame.c
tests_unit_wire_test_frame_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_frame_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_frame_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_identifier_SOURCES = tests/unit/wire/test_identifier.c
tests_unit_wire_test_identifier_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_identifier_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_identifier_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_json_rpc_SOURCES = tests/unit/wire/test_json_rpc.c
tests_unit_wire_test_json_rpc_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_json_rpc_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_json_rpc_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_json_text_SOURCES = tests/unit/wire/test_json_text.c
tests_unit_wire_test_json_text_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_json_text_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_json_text_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_pairing_SOURCES = tests/unit/wire/test_pairing.c
tests_unit_wire_test_pairing_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_pairing_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_pairing_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_realtime_SOURCES = tests/unit/wire/test_realtime.c
tests_unit_wire_test_realtime_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_realtime_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_realtime_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_record_SOURCES = tests/unit/wire/test_record.c
tests_unit_wire_test_record_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_record_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_record_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_rpc_payload_SOURCES = tests/unit/wire/test_rpc_payload.c
tests_unit_wire_test_rpc_payload_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_rpc_payload_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_rpc_payload_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_schema_SOURCES = tests/unit/wire/test_schema.c
tests_unit_wire_test_schema_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_schema_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_schema_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_secret_SOURCES = tests/unit/wire/test_secret.c
tests_unit_wire_test_secret_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_secret_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_secret_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_session_values_SOURCES = \
	tests/unit/wire/test_session_values.c \
	tests/unit/wire/session_fixtures.c tests/unit/wire/session_fixtures.h
tests_unit_wire_test_session_values_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_session_values_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_session_values_LDADD = $(WIRE_TESTS_LDADD)
EXTRA_DIST += tests/vectors/session

tests_unit_wire_test_settings_SOURCES = tests/unit/wire/test_settings.c
tests_unit_wire_test_settings_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_settings_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_settings_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_socket_session_SOURCES = tests/unit/wire/test_socket_session.c
tests_unit_wire_test_socket_session_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_socket_session_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_socket_session_LDADD = $(WIRE_TESTS_LDADD)

tests_unit_wire_test_utf8_SOURCES = tests/unit/wire/test_utf8.c
tests_unit_wire_test_utf8_CPPFLAGS = $(WIRE_TESTS_CPPFLAGS)
tests_unit_wire_test_utf8_CFLAGS = $(WIRE_TESTS_CFLAGS)
tests_unit_wire_test_utf8_LDADD = $(WIRE_TESTS_LDADD)
endif
