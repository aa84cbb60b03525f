# libhappynet: libevent carriers of bytes.
noinst_LIBRARIES += libhappynet.a
libhappynet_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
libhappynet_a_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(JSON_C_CFLAGS)
libhappynet_a_SOURCES = \
	net/http_chunks.c net/http_chunks.h \
	net/http_connection.c net/http_connection.h \
	net/http_exchange.c \
	net/http_head.c \
	net/http_parser.c net/include/net/http_parser.h \
	net/http_server.c net/include/net/http_server.h \
	net/http_server_tls.c \
	net/http_start_line.c net/http_start_line.h \
	net/json_rpc_peer.c net/include/net/json_rpc_peer.h \
	net/timers.c net/include/net/timers.h
