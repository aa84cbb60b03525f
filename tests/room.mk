# Tests mirror the rooms; each directory brings its own list.
include tests/unit/wire/tests.mk
include tests/unit/os/tests.mk
include tests/unit/holder/tests.mk
include tests/unit/net/tests.mk
include tests/unit/agents/tests.mk
include tests/integration/agents/tests.mk
include tests/unit/happyctl/tests.mk
include tests/bench/tests.mk
include tests/fuzz/targets.mk
include tests/integration/service/tests.mk
include tests/integration/crash/tests.mk
include tests/integration/lib/tests.mk
include tests/tools/tests.mk
include tests/integration/happyctl/tests.mk
include tests/integration/systemd/tests.mk
include tests/integration/quickstart/tests.mk
include tests/interop/tests.mk
