#!/usr/bin/env python3
"""happyd is started by whoever needs it first, once."""
import glob
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from driver import HAPPYCTL, STATUS, Place, ScriptedDaemon, main, session_object, wait_for  # noqa: E402


def daemons_of(place):
    """Processes that serve this home."""
    found = []
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(path, "rb") as file:
                environment = file.read().split(b"\0")
            with open(os.path.dirname(path) + "/cmdline", "rb") as file:
                program = os.path.basename(file.read().split(b"\0")[0])
        except OSError:
            continue
        if program == b"happyd" and ("HAPPY_HOME_DIR=" + place.home).encode() in environment:
            found.append(int(path.split("/")[2]))
    return found


def test_many_at_once():
    """twenty clients at once start one daemon, and all get their answer"""
    with Place() as place:
        clients = [subprocess.Popen([HAPPYCTL, "list", "--json"], env=place.environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                   for _ in range(20)]
        for client in clients:
            out, err = client.communicate(timeout=60)
            assert client.returncode == 0 and json.loads(out) == [], (out, err)
        # Those that came second may still be about to end.
        wait_for("a single daemon", lambda: len(daemons_of(place)) == 1)


def test_again_after_kill():
    """after kill -9 the next command is answered by a new daemon"""
    with Place() as place:
        place.ok("start", "-d", "--", "cat")
        for _ in range(5):
            os.kill(place.json("status", "--json")["pid"], signal.SIGKILL)
            sessions = place.json("list", "--json")
            assert [s["state"] for s in sessions] == ["running"], sessions


def test_killed_starter():
    """a client killed while it starts the daemon leaves no lock behind"""
    with Place() as place:
        client = subprocess.Popen([HAPPYCTL, "list"], env=place.environment, stdout=subprocess.DEVNULL)
        time.sleep(0.002)
        client.kill()
        client.wait()
        assert place.json("list", "--json") == []


def test_cannot_start():
    """a daemon that cannot start is a clear error with status 4, naming the log or the fix"""
    with Place() as place:
        os.makedirs(place.home, 0o700)
        with open(place.home + "/happyd.json", "w") as file:
            file.write('{"detachKey": 5}')
        done = place.run("list")
        assert done.returncode == 4 and "detachKey" in done.stderr and "fix: " in done.stderr, done
    with Place() as place:
        with open(place.home, "w"):
            pass
        done = place.run("list")
        assert done.returncode == 4 and "not a directory" in done.stderr, done
        os.unlink(place.home)
    with Place(HAPPY_HOME_DIR="/tmp/" + "x" * 120) as place:
        done = place.run("list")
        assert done.returncode == 1 and "HAPPY_HOME_DIR" in done.stderr, done


def test_what_answers_badly():
    """no answer, another version, another language: each is told, and nothing hangs or crashes"""
    def answer(method, value, *words, **options):
        with Place() as place:
            daemon = ScriptedDaemon(place, {method: value, "daemon.status": dict(STATUS)} if method != "daemon.status"
                                    else {method: value})
            try:
                return place.run(*words, **options)
            finally:
                daemon.close()
    done = answer("session.list", b"garbage\n", "list")
    assert done.returncode == 4 and "does not speak its language" in done.stderr, done
    done = answer("session.list", b"\n", "list")
    assert done.returncode == 4, done
    done = answer("session.list", {"sessions": 5}, "list")
    assert done.returncode == 1 and "list of sessions" in done.stderr, done
    done = answer("session.list", {"sessions": [{"id": 1}]}, "list")
    assert done.returncode == 1 and '"id"' in done.stderr, done
    done = answer("session.list", {"sessions": [session_object(name="\x1b[2Jevil", directory="/a\tb\nc")]}, "list")
    assert done.returncode == 0 and "\x1b" not in done.stdout and len(done.stdout.split("\n")) == 3, done
    done = answer("session.get", ScriptedDaemon.Error("ambiguous", "\x1b]0;evil\x07several fit", "one\ntwo"), "log")
    assert done.returncode == 3 and "\x1b" not in done.stderr and done.stderr.count("\n") == 2, done
    done = answer("session.list", ScriptedDaemon.Error("unsupported", "no such method"), "list")
    assert done.returncode == 1, done
    done = answer("daemon.status", dict(STATUS, version="9.9.9"), "status")
    assert done.returncode == 0 and "9.9.9" in done.stderr, done
    done = answer("daemon.status", dict(STATUS, version="9.9.9"), "doctor")
    assert "9.9.9" in done.stdout and "daemon restart" in done.stdout, done


def test_silent_daemon():
    """a daemon that is stopped is told after ten seconds"""
    with Place() as place:
        daemon = ScriptedDaemon(place, {"session.list": lambda _: None, "daemon.status": dict(STATUS)})
        begin = time.monotonic()
        done = place.run("list", timeout=60)
        daemon.close()
        assert done.returncode == 4 and "does not answer" in done.stderr, done
        assert 9 < time.monotonic() - begin < 25


main(globals())
