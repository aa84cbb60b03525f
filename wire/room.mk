# libhappywire: bytes and values. No sockets, files, clock, event loop or global state.
noinst_LIBRARIES += libhappywire.a
libhappywire_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
libhappywire_a_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(SODIUM_CFLAGS) $(CRYPTO_CFLAGS)
libhappywire_a_SOURCES = \
	wire/backup_key.c wire/include/wire/backup_key.h \
	wire/base64.c wire/include/wire/base64.h \
	wire/buffer.c wire/include/wire/buffer.h \
	wire/error.c wire/include/wire/error.h \
	wire/frame.c wire/holder_message.c wire/include/wire/frame.h \
	wire/hex.c wire/include/wire/hex.h \
	wire/identifier.c wire/include/wire/identifier.h \
	wire/json.c wire/include/wire/json.h \
	wire/json_number.c wire/include/wire/json_number.h \
	wire/json_rpc.c wire/include/wire/json_rpc.h \
	wire/json_scan.c wire/include/wire/json_scan.h \
	wire/json_text.c wire/include/wire/json_text.h \
	wire/random.c wire/include/wire/random.h \
	wire/secret.c wire/include/wire/secret.h \
	wire/utf8.c wire/include/wire/utf8.h \
	wire/json_walk.h wire/include/wire/slice.h
