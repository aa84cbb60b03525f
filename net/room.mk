# libhappynet: libevent carriers of bytes.
noinst_LIBRARIES += libhappynet.a
libhappynet_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS)
libhappynet_a_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(JSON_C_CFLAGS)
libhappynet_a_SOURCES = \
	net/json_rpc_peer.c net/include/net/json_rpc_peer.h
