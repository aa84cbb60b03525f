#!/bin/sh
# Runs inside a clean Debian, as root: contrib/quickstart as a newcomer calls it.
# $1: user who calls it, `root` or `dev` (who may use sudo).
set -u
user=$1
source=/home/dev/happyd
failures=0

check() {
    if [ "$1" = 0 ]; then
        echo "ok - $user: $2"
    else
        echo "not ok - $user: $2"
        sed 's/^/# /' /tmp/output
        failures=$((failures + 1))
    fi
}

as_user() {
    runuser -l "$user" -c "cd $source && $1" >/tmp/output 2>&1 </dev/null
}

says() {
    grep -q -- "$1" /tmp/output
    check $? "it says: $1"
}

# Waits until a command succeeds, at most 20 s.
until_true() {
    for _ in $(seq 100); do
        "$@" && return
        sleep 0.2
    done
    return 1
}

first_run() {
    as_user contrib/quickstart
    check $? "the first run succeeds on a clean system"
    [ $failures = 0 ] || exit 1
    says 'starting your shell as the agent, because none of'
    says 'runs detached'
    as_user '/usr/local/bin/happyctl list'
    grep -q quickstart /tmp/output
    check $? "the agent is listed"
}

second_run() {
    begin=$(date +%s)
    as_user contrib/quickstart
    check $? "the second run succeeds"
    says 'agent of an earlier run is still there'
    [ $(($(date +%s) - begin)) -le 20 ]
    check $? "and takes less than 20 s"
    as_user '/usr/local/bin/happyctl list'
    [ "$(grep -c quickstart /tmp/output)" = 1 ]
    check $? "there is one agent still"
}

on_terminal() {
    mkfifo /tmp/keys
    : >/tmp/typescript
    runuser -l "$user" -c "cd $source && script -qfec contrib/quickstart /dev/null" \
        </tmp/keys >/tmp/typescript 2>&1 &
    client=$!
    exec 9>/tmp/keys
    sleep 1
    until_true grep -q 'earlier run' /tmp/typescript
    printf 'echo terminal-$((40 + 2))\r' >&9
    until_true grep -q 'terminal-42' /tmp/typescript
    status=$?
    cp /tmp/typescript /tmp/output
    check $status "on a terminal it attaches"
    printf '\034d' >&9
    wait $client
    status=$?
    cp /tmp/typescript /tmp/output
    check $status "and the detach key leaves it"
    exec 9>&-
}

agent_on_path() {
    as_user '/usr/local/bin/happyctl stop quickstart'
    check $? "the agent is stopped"
    mkdir /opt/agents
    printf '#!/bin/sh\nexec sleep 1000\n' >/opt/agents/codex
    chmod 755 /opt/agents/codex
    as_user 'PATH=/opt/agents:$PATH contrib/quickstart'
    check $? "it runs with an agent on PATH"
    says 'starting codex'
}

without_sudo() {
    useradd -m -s /bin/sh plain
    cp -r $source /home/plain/happyd
    rm -rf /home/plain/happyd/build-quickstart
    chown -R plain: /home/plain
    runuser -l plain -c 'cd happyd && contrib/quickstart' >/tmp/output 2>&1 </dev/null
    check $? "without root and sudo it goes to ~/.local"
    says '/home/plain/.local'
    runuser -l plain -c '.local/bin/happyctl list' >/tmp/output 2>&1
    grep -q quickstart /tmp/output
    check $? "and the agent is listed"
}

by_sudo() {
    runuser -l dev -c "cd $source && sudo contrib/quickstart" >/tmp/output 2>&1 </dev/null
    check $? "called by sudo it succeeds"
    says 'starting as dev'
    runuser -l dev -c '/usr/local/bin/happyctl list' >/tmp/output 2>&1
    grep -q quickstart /tmp/output
    check $? "and the agent belongs to the caller"
}

useradd -m -s /bin/bash dev
echo 'dev ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/dev
cp -r /usr/src/happyd $source
chown -R "$user:" $source
first_run
second_run
on_terminal
agent_on_path
if [ "$user" = dev ]; then
    by_sudo
else
    without_sudo
fi
exit "$([ $failures = 0 ] && echo 0 || echo 1)"
