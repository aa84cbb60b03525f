#!/bin/sh
# Our Socket.IO client against the official server.
set -u
skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
prefix=$HAPPY_BUILD_DIR/tests/interop/modules-realtime-client
if [ ! -d "$prefix/node_modules/socket.io" ]; then
    mkdir -p "$prefix" || exit 1
    npm install --prefix "$prefix" --ignore-scripts --no-audit --no-fund --no-save --loglevel=error \
        socket.io@4.8.3 >"$prefix/npm.log" 2>&1 || skip "npm cannot install socket.io: $(tail -n 1 "$prefix/npm.log")"
fi
exec node "$HAPPY_SOURCE_DIR/tests/interop/realtime_client.mjs" \
    "$HAPPY_BUILD_DIR/tests/interop/realtime_client" "$prefix"
