# Against the programs and libraries that others run.
check_PROGRAMS += tests/interop/realtime_client tests/interop/wire_filter
INTEROP_TESTS = \
	tests/interop/test_realtime_client.sh \
	tests/interop/test_realtime_server.sh \
	tests/interop/test_server_events.sh \
	tests/interop/test_wire_filter.sh
TESTS += $(INTEROP_TESTS)
dist_check_SCRIPTS += $(INTEROP_TESTS)
EXTRA_DIST += \
	tests/interop/realtime_client.mjs \
	tests/interop/realtime_server.mjs \
	tests/interop/server_events.mjs \
	tests/interop/wire_filter.mjs

tests_interop_realtime_client_SOURCES = tests/interop/realtime_client.c
tests_interop_realtime_client_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
tests_interop_realtime_client_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS)
tests_interop_realtime_client_LDADD = $(NET_LIBS)

tests_interop_wire_filter_SOURCES = tests/interop/wire_filter.c
tests_interop_wire_filter_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_interop_wire_filter_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS)
tests_interop_wire_filter_LDADD = libhappywire.a $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) -lm

# What npm put there.
clean-local: clean-interop
clean-interop:
	rm -rf tests/interop/modules tests/interop/modules-realtime-client tests/interop/modules-realtime-server \
		tests/interop/modules-server-events
.PHONY: clean-interop
