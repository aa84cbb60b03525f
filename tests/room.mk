# Tests mirror the rooms; each directory brings its own list.
include tests/unit/wire/tests.mk
include tests/unit/os/tests.mk
include tests/unit/net/tests.mk
include tests/unit/agents/tests.mk
include tests/unit/daemon/tests.mk
include tests/integration/daemon/tests.mk
include tests/integration/agents/tests.mk
include tests/unit/happyctl/tests.mk
include tests/bench/tests.mk
include tests/fuzz/targets.mk
include tests/integration/service/tests.mk
include tests/integration/crash/tests.mk
include tests/integration/lib/tests.mk
include tests/tools/tests.mk
