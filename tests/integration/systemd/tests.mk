# Minutes long, and for root: run by `tests/run systemd`, not by `make check`.
SYSTEMD_TESTS = \
	tests/integration/systemd/test_container.py \
	tests/integration/systemd/test_machine.py
SLOW_TESTS += $(SYSTEMD_TESTS)
dist_check_SCRIPTS += $(SYSTEMD_TESTS)
dist_noinst_DATA += \
	tests/integration/systemd/booted_system.py \
	tests/integration/systemd/inside.py
