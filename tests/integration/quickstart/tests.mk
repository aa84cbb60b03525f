# Minutes long, and for root: run by `tests/run quickstart`, not by `make check`.
SLOW_TESTS += tests/integration/quickstart/test_quickstart.py
dist_check_SCRIPTS += tests/integration/quickstart/test_quickstart.py
dist_noinst_DATA += tests/integration/quickstart/clean_system.sh
