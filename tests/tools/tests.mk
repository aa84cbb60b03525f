# tests/tools/vectors FILE…: runs files of test vectors; test_vectors.sh runs those of tests/vectors.
VECTORS = \
	tests/vectors/crypto-aesgcm-json.json \
	tests/vectors/crypto-auth-http.json \
	tests/vectors/crypto-auth-signature.json \
	tests/vectors/crypto-backup-key.json \
	tests/vectors/crypto-base64.json \
	tests/vectors/crypto-blob.json \
	tests/vectors/crypto-box-bundle.json \
	tests/vectors/crypto-json-text.json \
	tests/vectors/crypto-key-tree.json \
	tests/vectors/crypto-pairing.json \
	tests/vectors/crypto-scenario.json \
	tests/vectors/crypto-secretbox-json.json \
	tests/vectors/crypto-server-token.json \
	tests/vectors/realtime-backoff.json \
	tests/vectors/realtime-cli-machine-session.json \
	tests/vectors/realtime-cli-session.json \
	tests/vectors/realtime-eio-packets.json \
	tests/vectors/realtime-happy-events.json \
	tests/vectors/realtime-happy-rpc-timing.json \
	tests/vectors/realtime-http-edge-cases.json \
	tests/vectors/realtime-polling-only-session.json \
	tests/vectors/realtime-polling-upgrade-session.json \
	tests/vectors/realtime-redis-stream.json \
	tests/vectors/realtime-shutdown-session.json \
	tests/vectors/realtime-sio-packets.json \
	tests/vectors/realtime-ws-edge-cases.json \
	tests/vectors/realtime-ws-session.json
check_PROGRAMS += tests/tools/vectors
dist_noinst_DATA += $(VECTORS)
dist_check_SCRIPTS += tests/tools/test_vectors.sh
TESTS += tests/tools/test_vectors.sh

tests_tools_vectors_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_tools_vectors_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(SODIUM_CFLAGS)
tests_tools_vectors_LDADD = libhappywire.a $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) -lm
tests_tools_vectors_SOURCES = \
	tests/tools/simulated_server.c tests/tools/simulated_server.h \
	tests/tools/vectors.c tests/tools/vectors.h \
	tests/tools/vectors_auth.c \
	tests/tools/vectors_client_sessions.c \
	tests/tools/vectors_edges.c \
	tests/tools/vectors_encoding.c \
	tests/tools/vectors_events.c \
	tests/tools/vectors_frames.c \
	tests/tools/vectors_json.c \
	tests/tools/vectors_keys.c \
	tests/tools/vectors_pairing.c \
	tests/tools/vectors_realtime.c \
	tests/tools/vectors_records.c \
	tests/tools/vectors_server.c \
	tests/tools/vectors_sessions.c

# What the integration tests of net talk to.
check_PROGRAMS += tests/tools/http_test_server tests/tools/realtime_server
tests_tools_http_test_server_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
tests_tools_http_test_server_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS)
tests_tools_http_test_server_LDADD = $(NET_LIBS)
tests_tools_http_test_server_SOURCES = tests/tools/http_test_server.c

tests_tools_realtime_server_CPPFLAGS = $(tests_tools_http_test_server_CPPFLAGS)
tests_tools_realtime_server_CFLAGS = $(tests_tools_http_test_server_CFLAGS)
tests_tools_realtime_server_LDADD = $(NET_LIBS)
tests_tools_realtime_server_SOURCES = tests/tools/realtime_server.c
