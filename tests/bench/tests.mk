# Benchmarks: built with `make bench-programs`, run by tests/bench/run. They never pass or fail.
EXTRA_PROGRAMS = tests/bench/pty_driver tests/bench/echo_agent tests/bench/store_bench
tests_bench_pty_driver_SOURCES = tests/bench/pty_driver.c
tests_bench_pty_driver_LDADD = -lutil
tests_bench_echo_agent_SOURCES = tests/bench/echo_agent.c
tests_bench_store_bench_SOURCES = tests/bench/store_bench.c
tests_bench_store_bench_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_bench_store_bench_CFLAGS = $(SERVER_CFLAGS)
tests_bench_store_bench_LDADD = $(SERVER_LDADD)
dist_noinst_SCRIPTS += tests/bench/run
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench-programs
bench-programs: $(EXTRA_PROGRAMS)
