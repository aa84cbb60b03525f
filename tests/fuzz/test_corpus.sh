#!/bin/sh
# Every fuzz target takes its corpus, whether it was built for libFuzzer or not.
status=0
for corpus in "$HAPPY_SOURCE_DIR"/tests/fuzz/corpus/*; do
    name=${corpus##*/}
    if "$HAPPY_BUILD_DIR/tests/fuzz/fuzz_$name" -runs=0 "$corpus" 2>&1; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        status=1
    fi
done
exit $status
