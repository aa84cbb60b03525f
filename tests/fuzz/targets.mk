# One fuzz_NAME.c and a directory corpus/NAME for each parser that strangers reach. Configured with
# --enable-fuzzing (clang) these are libFuzzer programs, else replay.c runs them over their corpus.
FUZZ_TARGETS += \
	tests/fuzz/fuzz_agent_note \
	tests/fuzz/fuzz_api \
	tests/fuzz/fuzz_base64 \
	tests/fuzz/fuzz_credentials \
	tests/fuzz/fuzz_engine_session \
	tests/fuzz/fuzz_engineio \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_http_request \
	tests/fuzz/fuzz_http_response \
	tests/fuzz/fuzz_json_rpc \
	tests/fuzz/fuzz_json_text \
	tests/fuzz/fuzz_message \
	tests/fuzz/fuzz_pairing \
	tests/fuzz/fuzz_pattern \
	tests/fuzz/fuzz_proxy \
	tests/fuzz/fuzz_screen \
	tests/fuzz/fuzz_sealed \
	tests/fuzz/fuzz_socketio \
	tests/fuzz/fuzz_state \
	tests/fuzz/fuzz_token \
	tests/fuzz/fuzz_url \
	tests/fuzz/fuzz_websocket
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += tests/fuzz/test_corpus.sh
dist_check_SCRIPTS += tests/fuzz/test_corpus.sh
EXTRA_DIST += tests/fuzz/corpus

if FUZZING
FUZZ_MAIN =
else
FUZZ_MAIN = tests/fuzz/replay.c
endif

FUZZ_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
FUZZ_TARGET_CFLAGS = $(AM_CFLAGS) $(FUZZ_CFLAGS)

tests_fuzz_fuzz_agent_note_SOURCES = tests/fuzz/fuzz_agent_note.c agents/hook/payload.c $(FUZZ_MAIN)
tests_fuzz_fuzz_agent_note_CPPFLAGS = $(FUZZ_CPPFLAGS) $(AGENTS_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_agent_note_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_agent_note_LDADD = libhappyagents.a libhappyos.a libhappywire.a $(JSON_C_LIBS)

tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c $(FUZZ_MAIN)
tests_fuzz_fuzz_frame_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_frame_CFLAGS = $(FUZZ_TARGET_CFLAGS)
tests_fuzz_fuzz_frame_LDADD = libhappywire.a

tests_fuzz_fuzz_http_request_SOURCES = tests/fuzz/fuzz_http_request.c tests/fuzz/http_input.h $(FUZZ_MAIN)
tests_fuzz_fuzz_http_request_CPPFLAGS = $(FUZZ_CPPFLAGS) $(NET_CPPFLAGS)
tests_fuzz_fuzz_http_request_CFLAGS = $(FUZZ_TARGET_CFLAGS)
tests_fuzz_fuzz_http_request_LDADD = libhappynet.a libhappywire.a $(HTTP_PARSER_LIBS)

tests_fuzz_fuzz_http_response_SOURCES = tests/fuzz/fuzz_http_response.c tests/fuzz/http_input.h $(FUZZ_MAIN)
tests_fuzz_fuzz_http_response_CPPFLAGS = $(FUZZ_CPPFLAGS) $(NET_CPPFLAGS)
tests_fuzz_fuzz_http_response_CFLAGS = $(FUZZ_TARGET_CFLAGS)
tests_fuzz_fuzz_http_response_LDADD = libhappynet.a libhappywire.a $(HTTP_PARSER_LIBS)

tests_fuzz_fuzz_json_rpc_SOURCES = tests/fuzz/fuzz_json_rpc.c $(FUZZ_MAIN)
tests_fuzz_fuzz_json_rpc_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_json_rpc_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_json_rpc_LDADD = libhappywire.a $(JSON_C_LIBS)

FUZZ_WIRE_LIBS = libhappywire.a $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) -lm

tests_fuzz_fuzz_api_SOURCES = tests/fuzz/fuzz_api.c $(FUZZ_MAIN)
tests_fuzz_fuzz_api_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_api_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_api_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_base64_SOURCES = tests/fuzz/fuzz_base64.c $(FUZZ_MAIN)
tests_fuzz_fuzz_base64_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_base64_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_base64_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_credentials_SOURCES = tests/fuzz/fuzz_credentials.c $(FUZZ_MAIN)
tests_fuzz_fuzz_credentials_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_credentials_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_credentials_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_engineio_SOURCES = tests/fuzz/fuzz_engineio.c $(FUZZ_MAIN)
tests_fuzz_fuzz_engineio_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_engineio_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_engineio_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_json_text_SOURCES = tests/fuzz/fuzz_json_text.c $(FUZZ_MAIN)
tests_fuzz_fuzz_json_text_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_json_text_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_json_text_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_engine_session_SOURCES = tests/fuzz/fuzz_engine_session.c $(FUZZ_MAIN)
tests_fuzz_fuzz_engine_session_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_engine_session_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_engine_session_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_message_SOURCES = tests/fuzz/fuzz_message.c $(FUZZ_MAIN)
tests_fuzz_fuzz_message_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_message_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_message_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_pairing_SOURCES = tests/fuzz/fuzz_pairing.c $(FUZZ_MAIN)
tests_fuzz_fuzz_pairing_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_pairing_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_pairing_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_pattern_SOURCES = tests/fuzz/fuzz_pattern.c $(FUZZ_MAIN)
tests_fuzz_fuzz_pattern_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(srcdir)/daemon
tests_fuzz_fuzz_pattern_CFLAGS = $(FUZZ_TARGET_CFLAGS)
tests_fuzz_fuzz_pattern_LDADD = libhappydaemon.a $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_sealed_SOURCES = tests/fuzz/fuzz_sealed.c $(FUZZ_MAIN)
tests_fuzz_fuzz_sealed_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_sealed_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_sealed_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_socketio_SOURCES = tests/fuzz/fuzz_socketio.c $(FUZZ_MAIN)
tests_fuzz_fuzz_socketio_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_socketio_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_socketio_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_state_SOURCES = tests/fuzz/fuzz_state.c $(FUZZ_MAIN)
tests_fuzz_fuzz_state_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_state_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_state_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_token_SOURCES = tests/fuzz/fuzz_token.c $(FUZZ_MAIN)
tests_fuzz_fuzz_token_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_token_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(JSON_C_CFLAGS)
tests_fuzz_fuzz_token_LDADD = $(FUZZ_WIRE_LIBS)

tests_fuzz_fuzz_screen_SOURCES = tests/fuzz/fuzz_screen.c $(FUZZ_MAIN)
tests_fuzz_fuzz_screen_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(srcdir)/daemon/holder
tests_fuzz_fuzz_screen_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(VTERM_CFLAGS)
tests_fuzz_fuzz_screen_LDADD = $(HOLDER_LIBS)

tests_fuzz_fuzz_websocket_SOURCES = tests/fuzz/fuzz_websocket.c $(FUZZ_MAIN)
tests_fuzz_fuzz_websocket_CPPFLAGS = $(FUZZ_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_websocket_CFLAGS = $(FUZZ_TARGET_CFLAGS) $(LIBEVENT_CFLAGS)
tests_fuzz_fuzz_websocket_LDADD = $(NET_LIBS)

tests_fuzz_fuzz_proxy_SOURCES = tests/fuzz/fuzz_proxy.c $(FUZZ_MAIN)
tests_fuzz_fuzz_proxy_CPPFLAGS = $(FUZZ_CPPFLAGS) $(NET_CPPFLAGS) -I$(srcdir)
tests_fuzz_fuzz_proxy_CFLAGS = $(FUZZ_TARGET_CFLAGS)
tests_fuzz_fuzz_proxy_LDADD = libhappynet.a $(FUZZ_WIRE_LIBS) $(HTTP_PARSER_LIBS)

tests_fuzz_fuzz_url_SOURCES = tests/fuzz/fuzz_url.c $(FUZZ_MAIN)
tests_fuzz_fuzz_url_CPPFLAGS = $(FUZZ_CPPFLAGS) $(NET_CPPFLAGS)
tests_fuzz_fuzz_url_CFLAGS = $(FUZZ_TARGET_CFLAGS)
tests_fuzz_fuzz_url_LDADD = libhappynet.a $(FUZZ_WIRE_LIBS) $(HTTP_PARSER_LIBS)
