#!/bin/sh
# The official client of Socket.IO against happy-server.
set -u
skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
prefix=$HAPPY_BUILD_DIR/tests/interop/modules-server-events
if [ ! -d "$prefix/node_modules/socket.io-client" ]; then
    mkdir -p "$prefix" || exit 1
    npm install --prefix "$prefix" --ignore-scripts --no-audit --no-fund --no-save --loglevel=error \
        socket.io-client@4.8.4 >"$prefix/npm.log" 2>&1 ||
        skip "npm cannot install socket.io-client: $(tail -n 1 "$prefix/npm.log")"
fi
exec node "$HAPPY_SOURCE_DIR/tests/interop/server_events.mjs" \
    "$HAPPY_BUILD_DIR/happy-server" "$prefix" "$HAPPY_SOURCE_DIR/tests/vectors"
