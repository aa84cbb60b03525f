TESTS += tests/integration/service/test_service_files.py
dist_check_SCRIPTS += tests/integration/service/test_service_files.py
