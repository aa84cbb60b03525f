#!/bin/sh
# The official clients of Engine.IO and Socket.IO against our servers of them.
set -u
skip() {
    echo "skipped: $1"
    exit 77
}
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
prefix=$HAPPY_BUILD_DIR/tests/interop/modules-realtime-server
if [ ! -d "$prefix/node_modules/socket.io-client" ]; then
    mkdir -p "$prefix" || exit 1
    npm install --prefix "$prefix" --ignore-scripts --no-audit --no-fund --no-save --loglevel=error \
        socket.io-client@4.8.4 engine.io-client@6.6.8 >"$prefix/npm.log" 2>&1 ||
        skip "npm cannot install socket.io-client: $(tail -n 1 "$prefix/npm.log")"
fi
exec node "$HAPPY_SOURCE_DIR/tests/interop/realtime_server.mjs" \
    "$HAPPY_BUILD_DIR/tests/tools/realtime_server" "$prefix"
