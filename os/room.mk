# libhappyos: everything that differs between operating systems, and nothing else does.
noinst_LIBRARIES += libhappyos.a
libhappyos_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS)
libhappyos_a_CFLAGS = $(AM_CFLAGS)
libhappyos_a_SOURCES = \
	os/clock.c os/include/os/clock.h \
	os/descriptors.c os/include/os/descriptors.h \
	os/executable.c os/include/os/executable.h \
	os/lock_file.c os/include/os/lock_file.h \
	os/log.c os/include/os/log.h \
	os/network_watch.c os/include/os/network_watch.h \
	os/open_file.c os/include/os/open_file.h \
	os/paths.c os/include/os/paths.h \
	os/process.c os/include/os/process.h \
	os/process_table.c os/process_table.h \
	os/pty.c os/include/os/pty.h \
	os/service_notify.c os/include/os/service_notify.h \
	os/service_scope.c os/include/os/service_scope.h \
	os/unix_socket.c os/include/os/unix_socket.h \
	os/wipe.c os/include/os/wipe.h
