# Carriers against raw clients.
NET_INTEGRATION_TESTS = \
	tests/integration/net/test_conformance.py \
	tests/integration/net/test_engine.py \
	tests/integration/net/test_http_server.py \
	tests/integration/net/test_websocket.py
TESTS += $(NET_INTEGRATION_TESTS)
dist_check_SCRIPTS += $(NET_INTEGRATION_TESTS)
dist_noinst_DATA += tests/integration/net/wire_driver.py
