HAPPYCTL_INTEGRATION_TESTS = \
	tests/integration/happyctl/test_commands.py \
	tests/integration/happyctl/test_daemon_start.py \
	tests/integration/happyctl/test_leaving.py \
	tests/integration/happyctl/test_screen.py \
	tests/integration/happyctl/test_service.py \
	tests/integration/happyctl/test_sessions.py \
	tests/integration/happyctl/test_wrappers.py
TESTS += $(HAPPYCTL_INTEGRATION_TESTS)
dist_check_SCRIPTS += $(HAPPYCTL_INTEGRATION_TESTS)
dist_noinst_DATA += tests/integration/happyctl/driver.py
