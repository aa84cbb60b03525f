#!/bin/sh
# Records, boxes and JSON texts between Node (tweetnacl, WebCrypto, JSON) and wire, on random contents.
# HAPPY_INTEROP_ROUNDS (2000) of each.
set -u
skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
prefix=$HAPPY_BUILD_DIR/tests/interop/modules
if [ ! -d "$prefix/node_modules/tweetnacl" ]; then
    mkdir -p "$prefix" || exit 1
    npm install --prefix "$prefix" --ignore-scripts --no-audit --no-fund --no-save --loglevel=error \
        tweetnacl@1.0.3 >"$prefix/npm.log" 2>&1 || skip "npm cannot install tweetnacl: $(tail -n 1 "$prefix/npm.log")"
fi
exec node "$HAPPY_SOURCE_DIR/tests/interop/wire_filter.mjs" "$HAPPY_BUILD_DIR/tests/interop/wire_filter" \
    "$prefix" "${HAPPY_INTEROP_ROUNDS:-2000}"
