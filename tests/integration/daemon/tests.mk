DAEMON_INTEGRATION_TESTS = \
	tests/integration/daemon/test_database.py \
	tests/integration/daemon/test_documentation.py \
	tests/integration/daemon/test_hostile.py \
	tests/integration/daemon/test_many_sessions.py \
	tests/integration/daemon/test_methods.py \
	tests/integration/daemon/test_odd_holders.py \
	tests/integration/daemon/test_program.py \
	tests/integration/daemon/test_quiet.py \
	tests/integration/daemon/test_recovery.py
TESTS += $(DAEMON_INTEGRATION_TESTS)
dist_check_SCRIPTS += $(DAEMON_INTEGRATION_TESTS)
dist_noinst_DATA += \
	tests/integration/lib/api.py \
	tests/integration/lib/tap.py
