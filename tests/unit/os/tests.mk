if HAVE_CMOCKA
OS_TESTS = tests/unit/os/test_network_watch tests/unit/os/test_paths tests/unit/os/test_process
check_PROGRAMS += $(OS_TESTS)
TESTS += $(OS_TESTS)

tests_unit_os_test_network_watch_SOURCES = tests/unit/os/test_network_watch.c
tests_unit_os_test_network_watch_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS)
tests_unit_os_test_network_watch_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_os_test_network_watch_LDADD = libhappyos.a libhappywire.a $(CMOCKA_LIBS)

tests_unit_os_test_paths_SOURCES = tests/unit/os/test_paths.c
tests_unit_os_test_paths_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS)
tests_unit_os_test_paths_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_os_test_paths_LDADD = libhappyos.a libhappywire.a $(CMOCKA_LIBS)

tests_unit_os_test_process_SOURCES = tests/unit/os/test_process.c
tests_unit_os_test_process_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS)
tests_unit_os_test_process_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_os_test_process_LDADD = libhappyos.a libhappywire.a $(CMOCKA_LIBS)
endif
