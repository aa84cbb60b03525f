if HAVE_CMOCKA
NET_TESTS = \
	tests/unit/net/test_http_client \
	tests/unit/net/test_http_parser \
	tests/unit/net/test_json_rpc_peer \
	tests/unit/net/test_proxy \
	tests/unit/net/test_realtime_client \
	tests/unit/net/test_socket_endpoint \
	tests/unit/net/test_timers \
	tests/unit/net/test_tls \
	tests/unit/net/test_url \
	tests/unit/net/test_websocket
check_PROGRAMS += $(NET_TESTS)
TESTS += $(NET_TESTS)

NET_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
NET_TEST_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)

tests_unit_net_test_http_client_SOURCES = \
	tests/unit/net/silent_server.c \
	tests/unit/net/silent_server.h \
	tests/unit/net/test_http_client.c
tests_unit_net_test_http_client_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_http_client_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_http_client_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_realtime_client_SOURCES = \
	tests/unit/net/silent_server.c \
	tests/unit/net/silent_server.h \
	tests/unit/net/test_realtime_client.c
tests_unit_net_test_realtime_client_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_realtime_client_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_realtime_client_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_http_parser_SOURCES = tests/unit/net/test_http_parser.c
tests_unit_net_test_http_parser_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_http_parser_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_http_parser_LDADD = libhappynet.a libhappywire.a $(HTTP_PARSER_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_json_rpc_peer_SOURCES = tests/unit/net/test_json_rpc_peer.c
tests_unit_net_test_json_rpc_peer_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(NET_CPPFLAGS)
tests_unit_net_test_json_rpc_peer_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(JSON_C_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_net_test_json_rpc_peer_LDADD = libhappynet.a libhappywire.a $(LIBEVENT_LIBS) $(JSON_C_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_socket_endpoint_SOURCES = tests/unit/net/test_socket_endpoint.c
tests_unit_net_test_socket_endpoint_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_socket_endpoint_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_socket_endpoint_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_timers_SOURCES = tests/unit/net/test_timers.c
tests_unit_net_test_timers_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_timers_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_timers_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_websocket_SOURCES = tests/unit/net/test_websocket.c
tests_unit_net_test_websocket_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_websocket_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_websocket_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_proxy_SOURCES = tests/unit/net/test_proxy.c
tests_unit_net_test_proxy_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_proxy_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_proxy_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_tls_SOURCES = tests/unit/net/test_tls.c
tests_unit_net_test_tls_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_tls_CFLAGS = $(NET_TEST_CFLAGS) $(SSL_CFLAGS)
tests_unit_net_test_tls_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)

tests_unit_net_test_url_SOURCES = tests/unit/net/test_url.c
tests_unit_net_test_url_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_url_CFLAGS = $(NET_TEST_CFLAGS)
tests_unit_net_test_url_LDADD = $(NET_LIBS) $(CMOCKA_LIBS)
endif
