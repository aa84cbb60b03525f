HAPPYCTL_SCRIPTS = \
	tests/integration/happyctl/test_commands.py \
	tests/integration/happyctl/test_daemon_start.py \
	tests/integration/happyctl/test_leaving.py \
	tests/integration/happyctl/test_screen.py \
	tests/integration/happyctl/test_sessions.py \
	tests/integration/happyctl/test_wrappers.py
TESTS += $(HAPPYCTL_SCRIPTS)
dist_check_SCRIPTS += $(HAPPYCTL_SCRIPTS)
dist_noinst_DATA += tests/integration/happyctl/driver.py
