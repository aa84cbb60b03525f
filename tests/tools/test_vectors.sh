#!/bin/sh
# Every file of tests/vectors, by tests/tools/vectors.
exec "$HAPPY_BUILD_DIR/tests/tools/vectors" "$HAPPY_SOURCE_DIR"/tests/vectors/*.json
