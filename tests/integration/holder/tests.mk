# The real happy-holder on its real socket.
HOLDER_INTEGRATION_TESTS = \
	tests/integration/holder/test_attach.py \
	tests/integration/holder/test_control.py \
	tests/integration/holder/test_garbage.py \
	tests/integration/holder/test_screen.py \
	tests/integration/holder/test_start.py \
	tests/integration/holder/test_stubborn.py
TESTS += $(HOLDER_INTEGRATION_TESTS)
dist_check_SCRIPTS += $(HOLDER_INTEGRATION_TESTS)
