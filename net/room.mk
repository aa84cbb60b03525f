# libhappynet: libevent carriers of bytes.
noinst_LIBRARIES += libhappynet.a
libhappynet_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
libhappynet_a_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(LIBEVENT_NETWORK_CFLAGS) $(JSON_C_CFLAGS) \
	$(SODIUM_CFLAGS) $(SSL_CFLAGS) $(ZLIB_CFLAGS)
# What programs that speak to servers link, with the libraries of wire.
NET_LIBS = libhappynet.a libhappyos.a libhappywire.a $(LIBEVENT_NETWORK_LIBS) $(LIBEVENT_LIBS) \
	$(HTTP_PARSER_LIBS) $(WSLAY_LIBS) $(ZLIB_LIBS) $(SSL_LIBS) $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) -lm
libhappynet_a_SOURCES = \
	net/client_connection.c net/client_connection.h \
	net/connect_race.c net/connect_race.h \
	net/content_encoding.c net/content_encoding.h \
	net/dialer.c net/include/net/dialer.h \
	net/engine_endpoint.c net/include/net/engine_endpoint.h net/engine_session.h \
	net/engine_exchange.c \
	net/hosts_file.c net/hosts_file.h \
	net/http_answering.c \
	net/http_call.c net/http_call.h \
	net/http_chunks.c net/http_chunks.h \
	net/http_client.c net/include/net/http_client.h \
	net/http_connection.c net/http_connection.h \
	net/http_exchange.c \
	net/http_fetch.c \
	net/http_head.c \
	net/http_parser.c net/include/net/http_parser.h \
	net/http_pool.c net/http_pool.h \
	net/http_request.c net/http_request.h \
	net/http_server.c net/include/net/http_server.h \
	net/http_server_tls.c \
	net/http_start_line.c net/http_start_line.h \
	net/json_rpc_peer.c net/include/net/json_rpc_peer.h \
	net/proxy.c net/include/net/proxy.h \
	net/proxy_dialog.c net/proxy_dialog.h \
	net/proxy_exchange.c \
	net/realtime_client.c net/include/net/realtime_client.h \
	net/realtime_link.c net/realtime_link.h \
	net/resolver.c net/resolver.h \
	net/socket_address.c net/socket_address.h \
	net/socket_endpoint.c net/include/net/socket_endpoint.h \
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
