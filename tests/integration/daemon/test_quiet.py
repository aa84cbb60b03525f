#!/usr/bin/env python3
"""happyd with 20 idle sessions: memory, wake-ups, and what a look at them costs."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from api import Daemon
from tap import wait_until

SANITIZED = bool(os.environ.get("ASAN_OPTIONS")) or "asan" in os.environ.get("HAPPY_BUILD_DIR", "")
shared = {}


def daemon():
    if "daemon" not in shared:
        shared["daemon"] = Daemon()
        client = shared["client"] = shared["daemon"].client()
        for _ in range(20):
            client.call("session.start", **shared["daemon"].shell("echo ready; exec cat"))
        wait_until(lambda: all(session["activity"] == "idle" for session in client.call("session.list")["sessions"]),
                   "all are idle")
    return shared["daemon"]


def status(field):
    with open(f"/proc/{daemon().process.pid}/status") as file:
        return [line.split()[1] for line in file if line.startswith(field + ":")][0]


def is_sanitized():
    with open(f"/proc/{daemon().process.pid}/maps") as file:
        return "libasan" in file.read() or SANITIZED


def test_memory():
    """20 idle sessions: at most 6 MB resident"""
    memory = int(status("VmRSS"))
    print(f"# {memory} kB resident")
    if is_sanitized():
        raise tap.Skip("sanitizers need memory of their own")
    assert memory <= 6 * 1024, f"{memory} kB"


def test_wake_ups():
    """20 idle sessions: no wake-up of the daemon in 5 s, once they have come to rest"""
    counts = []
    while 0 not in counts:
        before = int(status("voluntary_ctxt_switches"))
        time.sleep(5)
        counts.append(int(status("voluntary_ctxt_switches")) - before)
        assert len(counts) < 4 or 0 in counts, f"wake-ups in 5 s each: {counts}"


if __name__ == "__main__":
    try:
        tap.run(globals())
    finally:
        if "daemon" in shared:
            shared["daemon"].close()
