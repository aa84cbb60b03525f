TESTS += tests/integration/agents/test_happy_hook.py
REAL_AGENT_TESTS = \
	tests/integration/agents/test_claude.py \
	tests/integration/agents/test_codex.py \
	tests/integration/agents/test_gemini.py
SLOW_TESTS += $(REAL_AGENT_TESTS)
EXTRA_DIST += \
	tests/integration/agents/test_happy_hook.py \
	tests/integration/agents/agent_home.py \
	tests/integration/agents/desk.py \
	tests/integration/agents/real_agent.py \
	tests/integration/agents/install-agents \
	tests/fake-llm/README.md tests/fake-llm/fake-llm.mjs tests/fake-llm/selftest.mjs
