#!/usr/bin/env python3
"""What survives the daemon, and what is told of what did not."""
import os
import signal
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from api import BUILD, Client, Daemon, is_alive, kill_tree, output_of
from tap import equal, wait_until
from test_methods import SCRIPTED_CLAUDE


def wait_text(client, session, pattern):
    return client.call("session.wait", session=session["id"], **{"for": "text"}, pattern=pattern, timeoutMs=40000)


def test_killed_daemon():
    """a killed daemon takes its sessions back: state, screen, history, size, title, name"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell(
            "printf '\\033]2;my title\\007'; seq 1 100; exec cat"), name="kept", columns=90, rows=20)
        wait_text(client, session, "^100$")
        wait_until(lambda: client.call("session.get")["title"] == "my title", "the title")
        wait_until(lambda: client.call("session.get")["activity"] == "idle", "idle")
        before = client.call("session.get")
        history = client.call("session.history")
        daemon.restart()
        client = daemon.client()
        equal(client.call("session.get"), before, "session")
        equal(client.call("session.history"), history, "history")
        client.call("session.send", text="still here")
        wait_text(client, session, "still here")
        types = [row[0] for row in daemon.rows("SELECT type FROM event ORDER BY sequence")]
        equal(types.count("started"), 1, "times it was started")


def test_no_gap():
    """output and events go on behind a crash without gap or repetition"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell(
            "i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); sleep 0.005; done"))
        received, offset, sequence, events = b"", 0, 0, []
        for _ in range(12):
            watcher = Client(daemon.socket)
            watcher.call("session.subscribe", session=session["id"], output=True, after=sequence, **{"from": offset})
            end = time.monotonic() + 0.15
            while time.monotonic() < end and "ended" not in events:
                message = watcher.notification()
                if message["method"] == "session.output":
                    at, data = output_of(message)
                    equal(at, offset, "offset")
                    received += data
                    offset += len(data)
                else:
                    equal(message["method"], "session.event", "method")
                    assert message["params"]["sequence"] > sequence
                    sequence = message["params"]["sequence"]
                    events.append(message["params"]["type"])
            watcher.close()
            daemon.restart()
        watcher = Client(daemon.socket)
        watcher.call("session.subscribe", session=session["id"], output=True, after=sequence, **{"from": offset})
        while "ended" not in events:
            message = watcher.notification()
            if message["method"] == "session.output":
                at, data = output_of(message)
                equal(at, offset, "offset")
                received += data
                offset += len(data)
            else:
                events.append(message["params"]["type"])
        watcher.close()
        equal(received, b"".join(b"line %d\r\n" % number for number in range(400)), "output")
        equal((events.count("started"), events.count("ended")), (1, 1), "starts and ends")


def test_notes_while_down():
    """what the agent's hooks say while the daemon is down is known afterwards, once"""
    with Daemon(start=False) as daemon:
        os.mkdir(daemon.directory + "/bin")
        with open(daemon.directory + "/bin/claude", "w") as file:
            file.write(SCRIPTED_CLAUDE)
        os.chmod(daemon.directory + "/bin/claude", 0o755)
        daemon.start()
        client = daemon.client()
        session = client.call("session.start", agent="claude", directory=daemon.directory, environment=[
            f"PATH={daemon.directory}/bin:{os.path.dirname(sys.executable)}:/usr/bin:/bin",
            "HOME=" + daemon.directory, "TERM=xterm", f"HOOK_PROGRAM={BUILD}/happy-hook", "SLOW_START=0.5"])
        wait_until(lambda: client.call("session.get")["nativeId"], "the first note")
        number = client.send("session.write", text="a prompt\r")
        client.answer(number)
        daemon.kill()
        time.sleep(2)
        daemon.start()
        client = daemon.client()
        wait_until(lambda: client.call("session.get")["activity"] == "idle", "the end of the turn")
        daemon.restart()
        client = daemon.client()
        watcher = daemon.client()
        watcher.call("session.subscribe", session=session["id"], after=0)
        kinds = []
        while "turnEnded" not in kinds:
            params = watcher.notification()["params"]
            if params["type"] == "note":
                kinds.append(params["data"]["kind"])
        equal(kinds, ["sessionStarted", "promptTaken", "turnEnded"], "notes")


def test_ended_while_down():
    """a session that ended while the daemon was down: why, its history, its last output"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("read x; seq 1 50; exit 9"))
        client.call("session.write", text="\n")
        daemon.kill()
        wait_until(lambda: not is_alive(session["pid"]), "the agent ends")
        daemon.start()
        client = daemon.client()
        ended = client.call("session.wait", session=session["id"], **{"for": "exit"}, timeoutMs=40000)["session"]
        equal((ended["state"], ended["exitCode"]), ("ended", 9), "end")
        texts = [line["text"] for line in client.call("session.history", session=session["id"])["lines"]]
        equal(texts[1:51], [str(number) for number in range(1, 51)], "history")
        wait_until(lambda: not is_alive(session["holderPid"]), "the holder ends")
        wait_until(lambda: not os.path.exists(session["holderSocket"]), "its socket is removed")


def test_pipe_end_while_down():
    """the last bytes of a pipe that was full while the daemon was away are not lost"""
    with Daemon() as daemon:
        # More than the holder keeps; the pipe, made larger (F_SETPIPE_SZ), takes all the rest.
        size = 1024 * 1024 + 200000
        script = ("import fcntl, os, time\n"
                  "fcntl.fcntl(1, 1031, 1 << 20)\n"
                  "while not os.path.exists('go'): time.sleep(0.05)\n"
                  f"os.write(1, bytes({size}) + b'THE-END')\n")
        shell = daemon.shell("")
        session = daemon.client().call("session.start", **{**shell, "command": [sys.executable, "-c", script]},
                                       terminal=False)
        daemon.kill()
        open(daemon.directory + "/go", "w").close()
        wait_until(lambda: not is_alive(session["pid"]), "the agent ends")
        time.sleep(0.5)  # the holder would tell the end by now
        daemon.start()
        client = daemon.client()
        client.call("session.wait", session=session["id"], **{"for": "exit"}, timeoutMs=40000)
        offset = client.call("session.subscribe", session=session["id"], output=True, **{"from": size})["offset"]
        data = b""
        while len(data) < 7:
            message = client.notification()
            if message["method"] == "session.output":
                data += output_of(message)[1]
        equal((offset, data), (size, b"THE-END"), "the end")


def test_killed_holder():
    """kill -9 of a holder ends its own agent only, and is told"""
    with Daemon() as daemon:
        client = daemon.client()
        other = client.call("session.start", **daemon.shell("exec cat"))
        # This one would survive the loss of its terminal.
        session = client.call("session.start", **daemon.shell("trap '' HUP; echo on; while :; do sleep 0.05; done"))
        wait_text(client, session, "on")
        os.kill(session["holderPid"], signal.SIGKILL)
        lost = client.call("session.wait", session=session["id"], **{"for": "exit"}, timeoutMs=40000)["session"]
        equal((lost["state"], lost["reason"], lost["exitCode"]), ("lost", "its holder was killed", None), "end")
        wait_until(lambda: not is_alive(session["pid"]), "what is left of the agent is killed")
        equal(client.call("session.get", session=other["id"])["state"], "running", "the other session")
        client.fails("ended", "session.keys", session=session["id"], keys=["Enter"])
        assert not os.path.exists(session["holderSocket"])


def test_killed_holder_while_down():
    """a holder that was killed while the daemon was down is lost, and its agent is ended"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell(
            "trap '' HUP; sleep 1000 & echo child=$!; while :; do sleep 0.05; done"))
        child = int(wait_text(client, session, "child=")["match"].split("=")[1])
        daemon.kill()
        os.kill(session["holderPid"], signal.SIGKILL)
        assert is_alive(child)
        daemon.start()
        client = daemon.client()
        lost = client.call("session.get", session=session["id"])
        equal((lost["state"], lost["reason"]), ("lost", "its holder was killed"), "end")
        wait_until(lambda: not is_alive(session["pid"]), "the agent ends")
        wait_until(lambda: not is_alive(child), "what it had started ends")


def test_hidden_holder():
    """an agent whose holder lives but cannot be reached is left alone, and found again later"""
    with Daemon() as daemon:
        session = daemon.start_shell("exec cat")
        daemon.kill()
        os.rename(session["holderSocket"], daemon.home + "/hidden")
        daemon.start()
        client = daemon.client()
        wait_until(lambda: client.call("session.get", session=session["id"])["state"] == "lost", "lost")
        assert is_alive(session["pid"]) and is_alive(session["holderPid"])
        daemon.kill()
        os.rename(daemon.home + "/hidden", session["holderSocket"])
        daemon.start()
        client = daemon.client()
        wait_until(lambda: client.call("session.get", session=session["id"])["state"] == "running", "found again")
        equal(client.call("session.get", session=session["id"])["pid"], session["pid"], "pid")


def test_restarted_machine():
    """after a restart of the machine: lost with that reason; no process of now is touched"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("exec cat"))
        bystander = client.call("session.start", **daemon.shell("exec cat"))
        client.call("session.stop", session=session["id"], force=True)
        daemon.kill()
        with sqlite3.connect(daemon.database) as database:
            database.execute("UPDATE session SET state = 'running', boot_id = 'of yesterday', pid = ?, holder_pid = ?, "
                             "pid_started = (SELECT pid_started FROM session WHERE id = ?) WHERE id = ?",
                             (bystander["pid"], bystander["holderPid"], bystander["id"], session["id"]))
        database.close()
        daemon.start()
        client = daemon.client()
        lost = client.call("session.get", session=session["id"])
        equal((lost["state"], lost["reason"]), ("lost", "the machine was restarted"), "end")
        assert is_alive(bystander["pid"])
        equal(client.call("session.get", session=bystander["id"])["state"], "running", "state")


def test_stopped_holder():
    """a holder that does not answer delays the daemon's return no longer than needed"""
    with Daemon() as daemon:
        client = daemon.client()
        stuck = client.call("session.start", **daemon.shell("exec cat"))
        daemon.kill()
        os.kill(stuck["holderPid"], signal.SIGSTOP)
        try:
            start = time.monotonic()
            daemon.start()
            client = daemon.client()
            equal(client.call("session.get", session=stuck["id"])["state"], "running", "state")
            # It gives up after ten seconds on an answer that it waits for.
            assert time.monotonic() - start < 8, time.monotonic() - start
            new = client.call("session.start", **daemon.shell("exec cat"))
            client.call("session.stop", session=new["id"], force=True)
        finally:
            os.kill(stuck["holderPid"], signal.SIGCONT)
        client.call("session.send", session=stuck["id"], text="awake")
        wait_text(client, stuck, "awake")


def test_row_without_holder():
    """a session whose start was cut off by a crash is not left in the state 'starting'"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("exec cat"))
        client.call("session.stop", session=session["id"], force=True)
        daemon.kill()
        with sqlite3.connect(daemon.database) as database:
            database.execute("UPDATE session SET state = 'starting', pid = 0, holder_pid = 0")
        database.close()
        daemon.start()
        client = daemon.client()
        ended = client.call("session.wait", session=session["id"], **{"for": "exit"}, timeoutMs=40000)["session"]
        equal(ended["state"], "lost", "state")
        assert "while it started" in ended["reason"], ended["reason"]


def test_killed_while_starting():
    """a daemon killed at random moments of a start leaves a session that runs, or none"""
    with Daemon() as daemon:
        for round_number in range(12):
            connection = Client(daemon.socket)
            connection.send("session.start", **daemon.shell("exec cat"), name=f"round-{round_number}")
            time.sleep(round_number * 0.002)
            daemon.kill()
            connection.close()
            daemon.start()
        client = daemon.client()
        wait_until(lambda: all(session["state"] != "starting" for session in
                               client.call("session.list", all=True)["sessions"]), "all are decided")
        for session in client.call("session.list", all=True)["sessions"]:
            if session["state"] == "running":
                client.call("session.write", session=session["id"], text="ping\n")
                wait_text(client, session, "ping")
                client.call("session.stop", session=session["id"], force=True)
            else:
                equal(session["state"], "lost", "state")
        wait_until(lambda: not [name for name in os.listdir(daemon.home + "/run/holders")], "no holder is left over")


def test_moved_database():
    """with the database moved away, holders are found by their sockets and taken in"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("echo on; exec cat"))
        wait_text(client, session, "on")
        daemon.kill()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(daemon.database + suffix):
                os.rename(daemon.database + suffix, daemon.database + ".away" + suffix)
        daemon.start()
        client = daemon.client()
        found = client.call("session.get", session=session["id"])
        equal((found["state"], found["pid"], found["directory"]), ("running", session["pid"], session["directory"]),
              "session")
        assert "cat" in found["command"][0], found["command"]
        assert "found" in daemon.log_text()
        client.call("session.send", session=session["id"], text="adopted")
        wait_text(client, session, "adopted")
        client.call("session.stop", session=session["id"], force=True)


def test_moved_database_of_foreign_bytes():
    """arguments and directory of a holder that is taken in may be any bytes"""
    with Daemon() as daemon:
        os.mkdir(os.fsencode(daemon.directory) + b"/caf\xe9")
        client = daemon.client()
        session = client.call("session.start", **daemon.shell(
            "cd caf*; exec sh -c \"echo on; exec cat - $(printf 'caf\\351')\""))
        wait_text(client, session, "on")
        daemon.kill()
        os.rename(daemon.database, daemon.database + ".away")
        os.unlink(daemon.database + "-wal")
        daemon.start()
        client = daemon.client()
        for _ in range(2):
            found = client.call("session.get", session=session["id"])
            equal((found["pid"], found["directory"]), (session["pid"], daemon.directory + "/caf\ufffd"), "session")
            equal(found["command"][-2:], ["-", "caf\ufffd"], "command")
            daemon.restart()
            client = daemon.client()
        client.call("session.stop", session=session["id"], force=True)


def test_collected_too_late():
    """a holder whose end was stored before a crash is told to go by the next daemon"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("exec cat"))
        daemon.kill()
        with sqlite3.connect(daemon.database) as database:
            database.execute("UPDATE session SET state = 'ended', reason = 'exited with status 0', exit_code = 0, "
                             "ended_at = created_at")
        database.close()
        kill_tree(session["pid"])
        wait_until(lambda: not is_alive(session["pid"]), "the agent ends")
        daemon.start()
        wait_until(lambda: not is_alive(session["holderPid"]), "the holder ends")
        equal(daemon.client().call("session.get", session=session["id"])["state"], "ended", "state")


def test_many():
    """20 sessions are back, with their processes, as soon as the daemon answers"""
    with Daemon() as daemon:
        client = daemon.client()
        sessions = [client.call("session.start", **daemon.shell("exec cat")) for _ in range(20)]
        for _ in range(3):
            daemon.kill()
            daemon.start()
            with Client(daemon.socket) as connection:
                listed = connection.call("session.list")["sessions"]
            equal([session["state"] for session in listed], ["running"] * 20, "states")
            equal([session["pid"] for session in listed], [session["pid"] for session in sessions], "processes")
        client = daemon.client()
        numbers = [client.send("session.stop", session=session["id"], force=True) for session in sessions]
        for number in numbers:
            client.answer(number)


if __name__ == "__main__":
    tap.run({name: value for name, value in globals().items() if name != "SCRIPTED_CLAUDE"})
