# Benchmarks: built with `make bench-programs`, run by tests/bench/run and tests/bench/wire. They never
# pass or fail.
EXTRA_PROGRAMS = \
	tests/bench/echo_agent \
	tests/bench/pty_driver \
	tests/bench/store_bench \
	tests/bench/wire_speed
tests_bench_pty_driver_SOURCES = tests/bench/pty_driver.c
tests_bench_pty_driver_LDADD = -lutil
tests_bench_echo_agent_SOURCES = tests/bench/echo_agent.c
tests_bench_wire_speed_SOURCES = tests/bench/wire_speed.c
tests_bench_wire_speed_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
tests_bench_wire_speed_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS)
tests_bench_wire_speed_LDADD = libhappywire.a $(JSON_C_LIBS) $(SODIUM_LIBS) $(CRYPTO_LIBS) -lm
dist_noinst_SCRIPTS += tests/bench/run tests/bench/wire
EXTRA_DIST += tests/bench/wire_speed.mjs
tests_bench_store_bench_SOURCES = tests/bench/store_bench.c
tests_bench_store_bench_CPPFLAGS = $(SERVER_CPPFLAGS)
tests_bench_store_bench_CFLAGS = $(SERVER_CFLAGS)
tests_bench_store_bench_LDADD = $(SERVER_LDADD)
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench-programs
bench-programs: $(EXTRA_PROGRAMS)

# What npm put there.
clean-local: clean-bench
clean-bench:
	rm -rf tests/bench/modules
.PHONY: clean-bench
