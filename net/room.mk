# libhappynet: libevent carriers of bytes.
noinst_LIBRARIES += libhappynet.a
libhappynet_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
libhappynet_a_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(LIBEVENT_NETWORK_CFLAGS) $(JSON_C_CFLAGS) \
	$(SODIUM_CFLAGS) $(SSL_CFLAGS)
# What programs that speak to servers link, with the libraries of wire.
NET_LIBS = libhappynet.a libhappyos.a libhappywire.a $(LIBEVENT_NETWORK_LIBS) $(LIBEVENT_LIBS) \
	$(HTTP_PARSER_LIBS) $(WSLAY_LIBS) $(SSL_LIBS) $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) -lm
libhappynet_a_SOURCES = \
	net/connect_race.c net/connect_race.h \
	net/dialer.c net/include/net/dialer.h \
	net/hosts_file.c net/hosts_file.h \
	net/http_chunks.c net/http_chunks.h \
	net/http_connection.c net/http_connection.h \
	net/http_exchange.c \
	net/http_head.c \
	net/http_parser.c net/include/net/http_parser.h \
	net/http_server.c net/include/net/http_server.h \
	net/http_server_tls.c \
	net/http_start_line.c net/http_start_line.h \
	net/json_rpc_peer.c net/include/net/json_rpc_peer.h \
	net/proxy.c net/include/net/proxy.h \
	net/proxy_dialog.c net/proxy_dialog.h \
	net/proxy_exchange.c \
	net/realtime_client.c net/include/net/realtime_client.h \
	net/resolver.c net/resolver.h \
	net/socket_address.c net/socket_address.h \
	net/timers.c net/include/net/timers.h \
	net/tls_client.c net/include/net/tls.h \
	net/tls_context.c net/tls_context.h \
	net/tls_fault.c net/tls_fault.h \
	net/tls_server.c \
	net/tls_stream.c \
	net/url.c net/include/net/url.h \
	net/websocket.c net/include/net/websocket.h net/websocket_stream.h \
	net/websocket_frames.c \
	net/websocket_handshake.c
