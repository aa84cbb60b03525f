#!/usr/bin/env python3
"""As many sessions as may run: 200, and not one more."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from api import BUILD, Daemon, is_alive
from tap import equal, wait_until

MOST = 200


def memory_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return [int(line.split()[1]) for line in file if line.startswith("VmRSS")][0]


def states(client):
    return [session["state"] for session in client.call("session.list")["sessions"]]


def test_bound_of_running():
    """200 sessions run, the 201st is refused with a reason, a restarted daemon has them all, and one that ends makes room"""
    with open(BUILD + "/happy-holder", "rb") as file:
        if b"__asan_init" in file.read():
            raise tap.Skip("200 holders with a sanitizer need gigabytes")
    with Daemon() as daemon:
        client = daemon.client()
        sessions = []
        for _ in range(MOST // 20):
            numbers = [client.send("session.start", **{**daemon.shell(""), "command": ["sleep", "1000"]})
                       for _ in range(20)]
            sessions += [client.answer(number, "session.start") for number in numbers]
        print(f"# {memory_of(daemon.process.pid)} kB resident with {MOST} sessions")
        error = client.fails("limit", "session.start", **daemon.shell("exec cat"))
        assert str(MOST) in error.message and "happyctl stop" in error.fix, error
        daemon.restart()
        client = daemon.client()
        equal(states(client), ["running"] * MOST, "states after a crash")
        print(f"# {memory_of(daemon.process.pid)} kB resident after a restart")
        client.fails("limit", "session.start", **daemon.shell("exec cat"))
        client.call("session.stop", session=sessions[7]["id"], force=True)
        client.call("session.start", **daemon.shell("exec cat"))
        equal(states(client).count("running"), MOST, "running sessions")
        numbers = [client.send("session.stop", session=session["id"], force=True) for session in sessions]
        for number in numbers:
            equal(client.answer(number, "session.stop")["state"], "ended", "state")
        wait_until(lambda: not any(is_alive(session["holderPid"]) for session in sessions), "their holders end")


if __name__ == "__main__":
    tap.run(globals())
