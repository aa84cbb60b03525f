# libhappywire: bytes and values. No sockets, files, clock, event loop or global state.
noinst_LIBRARIES += libhappywire.a
libhappywire_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
libhappywire_a_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS)
libhappywire_a_SOURCES = \
	wire/buffer.c wire/include/wire/buffer.h \
	wire/error.c wire/include/wire/error.h \
	wire/frame.c wire/holder_message.c wire/include/wire/frame.h \
	wire/utf8.c wire/include/wire/utf8.h \
	wire/json.c wire/include/wire/json.h \
	wire/json_rpc.c wire/include/wire/json_rpc.h \
	wire/resource_limits.c wire/include/wire/resource_limits.h \
	wire/settings.c wire/include/wire/settings.h
