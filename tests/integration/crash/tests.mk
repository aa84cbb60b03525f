# Minutes long: run by `tests/run crash`, not by `make check`.
SLOW_TESTS += tests/integration/crash/test_crash.py
dist_check_SCRIPTS += tests/integration/crash/test_crash.py
