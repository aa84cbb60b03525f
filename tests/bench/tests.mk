# Benchmarks: built with `make bench-programs`, run by tests/bench/run. They never pass or fail.
EXTRA_PROGRAMS = tests/bench/pty_driver tests/bench/echo_agent
tests_bench_pty_driver_SOURCES = tests/bench/pty_driver.c
tests_bench_pty_driver_LDADD = -lutil
tests_bench_echo_agent_SOURCES = tests/bench/echo_agent.c
dist_noinst_SCRIPTS += tests/bench/run
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench-programs
bench-programs: $(EXTRA_PROGRAMS)
