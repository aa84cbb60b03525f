# The carriers of net on real sockets: servers, proxies, certificates and raw clients of the tests' own.
NET_INTEGRATION_TESTS = \
	tests/integration/net/test_conformance.py \
	tests/integration/net/test_dialer.py \
	tests/integration/net/test_engine.py \
	tests/integration/net/test_http_client.py \
	tests/integration/net/test_http_server.py \
	tests/integration/net/test_proxy.py \
	tests/integration/net/test_tls.py \
	tests/integration/net/test_websocket.py
TESTS += $(NET_INTEGRATION_TESTS)
dist_check_SCRIPTS += $(NET_INTEGRATION_TESTS)
dist_noinst_DATA += \
	tests/integration/net/certificates.py \
	tests/integration/net/fetch.py \
	tests/integration/net/servers.py \
	tests/integration/net/wire_driver.py

check_PROGRAMS += tests/tools/http_get
tests_tools_http_get_SOURCES = tests/tools/http_get.c
tests_tools_http_get_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(NET_CPPFLAGS)
tests_tools_http_get_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS)
tests_tools_http_get_LDADD = $(NET_LIBS)
