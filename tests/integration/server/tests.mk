# The program happy-server over real sockets.
SERVER_INTEGRATION_TESTS = \
	tests/integration/server/test_conformance.py \
	tests/integration/server/test_route_events.py \
	tests/integration/server/test_server.py
TESTS += $(SERVER_INTEGRATION_TESTS)
dist_check_SCRIPTS += $(SERVER_INTEGRATION_TESTS)
dist_noinst_DATA += \
	tests/integration/server/conformance.py \
	tests/integration/server/happy_server.py \
	tests/integration/server/rows_access_key.py \
	tests/integration/server/rows_account.py \
	tests/integration/server/rows_artifact.py \
	tests/integration/server/rows_auth.py \
	tests/integration/server/rows_key_value.py \
	tests/integration/server/rows_machine.py \
	tests/integration/server/rows_message.py \
	tests/integration/server/rows_people.py \
	tests/integration/server/rows_service.py \
	tests/integration/server/rows_session.py \
	tests/integration/server/rows_vendor.py \
	tests/integration/server/verbs.py
