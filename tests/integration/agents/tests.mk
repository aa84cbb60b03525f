TESTS += tests/integration/agents/test_happy_hook.py
EXTRA_DIST += tests/integration/agents/test_happy_hook.py
EXTRA_DIST += tests/fake-llm/README.md tests/fake-llm/fake-llm.mjs tests/fake-llm/selftest.mjs
