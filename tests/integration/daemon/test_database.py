#!/usr/bin/env python3
"""The database in bad times: damaged, newer, read-only, on a full disk."""
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from api import ApiError, BUILD, Daemon, is_alive
from tap import equal, wait_until


def refuses(daemon, *words):
    status, text = daemon.run()
    equal(status, 1, "status")
    for word in (daemon.database, *words):
        assert word in text, text
    return text


def test_no_database():
    """a file that is no database is named with a fix, and left as it is"""
    with Daemon(start=False) as daemon:
        with open(daemon.database, "wb") as file:
            file.write(b"this is a letter, not a database\n" * 100)
        refuses(daemon, "damaged", "put a copy of it back")
        with open(daemon.database, "rb") as file:
            assert file.read().startswith(b"this is a letter"), "the file was changed"


def test_damaged():
    """pages overwritten with noise: a clear error at the start or at the request, never a crash"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("seq 1 3000; exit 0"))
        client.call("session.wait", session=session["id"], **{"for": "exit"}, timeoutMs=40000)
        daemon.stop()
        size = os.path.getsize(daemon.database)
        whole = daemon.database + ".whole"
        shutil.copy(daemon.database, whole)
        refused = served = 0
        for page in range(0, size // 4096):
            shutil.copy(whole, daemon.database)
            with open(daemon.database, "r+b") as file:
                file.seek(page * 4096 + (100 if page == 0 else 0))
                file.write(os.urandom(3996))
            status = None
            try:
                daemon.start()
                served += 1
                client = daemon.client()
                for method in ("session.history", "session.screen", "session.get"):
                    try:
                        client.call(method, session=session["id"])
                    except ApiError as error:
                        assert error.code in ("database", "notFound"), error
                client.call("daemon.status")
                equal(daemon.stop(), 0, "exit status")
            except AssertionError as problem:
                status = daemon.process.poll()
                assert status == 1 and "damaged" in str(problem), problem
                refused += 1
        print(f"# {refused} damaged pages were found at the start, {served} were not in the way")
        assert refused > 0


def test_newer():
    """a database of a newer happyd is refused and not touched"""
    with Daemon() as daemon:
        daemon.stop()
        database = sqlite3.connect(daemon.database)
        database.execute("PRAGMA user_version = 99")
        database.commit()
        database.close()
        refuses(daemon, "version 99", "newer happyd")
        equal(daemon.rows("PRAGMA user_version"), [(99,)], "version")


def test_interrupted_migration():
    """an empty database (a first start that was cut off) is brought up to date"""
    with Daemon(start=False) as daemon:
        open(daemon.database, "w").close()
        daemon.start()
        equal(daemon.client().call("session.list"), {"sessions": []}, "sessions")
        equal(daemon.rows("PRAGMA user_version"), [(1,)], "version")


def test_locked():
    """a program that keeps the database locked is told about"""
    with Daemon() as daemon:
        daemon.stop()
        other = sqlite3.connect(daemon.database)
        other.execute("BEGIN EXCLUSIVE")
        refuses(daemon, "locked")
        other.rollback()
        other.close()
        daemon.start()


def test_directory_in_its_place():
    """something else in the place of the database is named"""
    with Daemon(start=False) as daemon:
        os.mkdir(daemon.database)
        refuses(daemon, "cannot be written")


def test_bound_of_ended():
    """of more than 500 ended sessions those that ended first are forgotten, with all that hangs on them"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("echo last; exit 0"))
        client.call("session.wait", session=session["id"], **{"for": "exit"}, timeoutMs=40000)
        daemon.stop()
        database = sqlite3.connect(daemon.database)
        names = [row[1] for row in database.execute("PRAGMA table_info(session)") if row[1] != "number"]
        chosen = ", ".join({"id": "printf('old%05d', value)", "ended_at": "value + 1", "name": "'n' || value"}.get(
            name, name) for name in names)
        database.execute(f"INSERT INTO session ({', '.join(names)}) SELECT {chosen} FROM session, "
                         "(WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 599) "
                         "SELECT value FROM n)")
        database.execute("INSERT INTO event (session, at, type, data) VALUES ('old00000', 1, 'started', '{}')")
        database.commit()
        database.close()
        daemon.start()
        client = daemon.client()
        kept = client.call("session.list", all=True)["sessions"]
        equal(len(kept), 500, "sessions")
        ids = {found["id"] for found in kept}
        assert session["id"] in ids and "old00599" in ids and "old00100" not in ids, sorted(ids)[:3]
        equal(daemon.rows("SELECT count(*) FROM session"), [(500,)], "rows")
        equal(daemon.rows("SELECT count(*) FROM event WHERE session = 'old00000'"), [(0,)], "events")


def mount(directory, options):
    if os.getuid() != 0:
        raise tap.Skip("needs root")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", directory], capture_output=True, text=True)
    if done.returncode != 0:
        raise tap.Skip(f"cannot mount a tmpfs: {done.stderr.strip()}")


def unmount(directory):
    subprocess.run(["umount", "-l", directory], check=True)


def test_read_only():
    """a home on a read-only file system is a clear error"""
    with Daemon() as daemon:
        daemon.stop()
        copy = daemon.directory + "/copy"
        shutil.copytree(daemon.home, copy, ignore=shutil.ignore_patterns("*.sock"))
        mount(daemon.home, "size=8m,mode=700")
        try:
            shutil.copytree(copy, daemon.home, dirs_exist_ok=True)
            subprocess.run(["mount", "-o", "remount,ro", daemon.home], check=True)
            status, text = daemon.run()
            equal(status, 1, "status")
            assert daemon.home in text, text
        finally:
            unmount(daemon.home)


def fill(directory):
    try:
        with open(directory + "/filler", "ab", buffering=0) as file:
            for size in (65536, 4096, 512, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass
    except OSError:
        pass


def test_full_disk():
    """a full disk: agents go on, changes are refused with the reason, nothing acknowledged is lost"""
    with Daemon(start=False) as daemon:
        mount(daemon.home, "size=6m,mode=700")
        try:
            daemon.start()
            client = daemon.client()
            kept = client.call("session.start", **daemon.shell("echo kept; exec cat"), name="kept")
            ending = client.call("session.start", **daemon.shell("read x; echo last words; exit 4"), name="ending")
            fill(daemon.home)
            error = client.fails("database", "session.start", **daemon.shell("exec cat"))
            assert "full" in error.message and error.fix, error
            equal(client.call("session.get", session="kept")["state"], "running", "state")
            client.call("session.send", session="kept", text="still")
            client.call("session.wait", session="kept", **{"for": "text"}, pattern="still", timeoutMs=40000)
            client.call("session.write", session="ending", text="\n")
            wait_until(lambda: not is_alive(ending["pid"]), "the agent ends")
            time.sleep(0.3)
            assert is_alive(ending["holderPid"]), "the holder went although its end is not on the disk"
            assert "full" in daemon.log_text(), daemon.log_text()
            # Also a daemon that dies now loses nothing.
            daemon.kill()
            os.unlink(daemon.home + "/filler")
            daemon.start()
            client = daemon.client()
            ended = client.call("session.wait", session="ending", **{"for": "exit"}, timeoutMs=40000)["session"]
            equal((ended["state"], ended["exitCode"]), ("ended", 4), "end")
            history = client.call("session.history", session="ending")
            assert "last words" in [line["text"] for line in history["lines"]], history
            wait_until(lambda: not is_alive(ending["holderPid"]), "the holder goes")
            # And one that goes on catches up by itself.
            fill(daemon.home)
            client.fails("database", "session.start", **daemon.shell("exec cat"))
            os.kill(kept["pid"], 9)
            wait_until(lambda: not is_alive(kept["pid"]), "the agent ends")
            os.unlink(daemon.home + "/filler")
            wait_until(lambda: daemon.rows("SELECT state FROM session WHERE id = ?", kept["id"]) == [("ended",)],
                       "the end is written", timeout=20)
            wait_until(lambda: not is_alive(kept["holderPid"]), "the holder goes")
        finally:
            if daemon.process.poll() is None:
                daemon.stop()
            unmount(daemon.home)


def say_note(session, text):
    """What a hook of the agent does; returns once the holder keeps the note."""
    hook = frames.Connection(socket.socket(socket.AF_UNIX))
    hook.sock.connect(session["holderSocket"])
    hook.hello(frames.ROLE_HOOK)
    hook.send(frames.NOTE, json.dumps({"note": text}).encode())
    hook.expect(frames.NOTED)
    hook.close()


def test_events_while_the_disk_is_full():
    """events that wait for a full disk are bounded: notes stay with the holders, states replace former ones"""
    with Daemon(start=False) as daemon:
        mount(daemon.home, "size=8m,mode=700")
        try:
            daemon.start()
            client = daemon.client()
            sessions = [client.call("session.start", **daemon.shell("exec cat")) for _ in range(5)]
            fill(daemon.home)
            client.fails("database", "session.start", **daemon.shell("exec cat"))
            say_note(sessions[0], "early")
            for width in range(100, 500):
                for number in [client.send("session.resize", session=session["id"], columns=width, rows=30)
                               for session in sessions]:
                    client.answer(number)
            for session in sessions:
                wait_until(lambda: client.call("session.get", session=session["id"])["columns"] == 499, "the size")
            for number in range(30):
                say_note(sessions[0], f"late {number}")
            os.unlink(daemon.home + "/filler")

            def notes():
                return [json.loads(row[0])["note"]["note"] for row in
                        daemon.rows("SELECT data FROM event WHERE type = 'note' ORDER BY sequence")]

            wait_until(lambda: len(notes()) >= 31, "the notes are written", timeout=30)
            equal(notes(), ["early"] + [f"late {number}" for number in range(30)], "notes")
            for session in sessions:
                last = daemon.rows("SELECT data FROM event WHERE session = ? AND type = 'resized' "
                                   "ORDER BY sequence DESC LIMIT 1", session["id"])
                equal(json.loads(last[0][0]), {"columns": 499, "rows": 30}, "last size")
            count = daemon.rows("SELECT count(*) FROM event WHERE type = 'resized'")[0][0]
            assert 900 <= count <= 1000 + len(sessions), count
            wait_until(lambda: not control_notes(sessions[0]), "the holder is told that its notes are on the disk")
            for session in sessions:
                client.call("session.stop", session=session["id"], force=True)
        finally:
            if daemon.process.poll() is None:
                daemon.stop()
            unmount(daemon.home)


def control_notes(session):
    """What the holder would tell a new happyd."""
    control = frames.Connection(socket.socket(socket.AF_UNIX))
    control.sock.connect(session["holderSocket"])
    control.hello(frames.ROLE_CONTROL)
    control.status()
    notes = [payload for kind, payload in control.pending if kind == frames.NOTE_IS]
    control.close()
    return notes


SLOW_HOLDER = """#!/bin/sh
while ! [ -e %s/go ]; do sleep 0.02; done
exec %s/happy-holder "$@"
"""


def test_disk_full_behind_the_start():
    """an agent whose start was under way when the disk became full is no failure that runs all the same"""
    with Daemon(start=False) as daemon:
        os.mkdir(daemon.directory + "/libexec")
        with open(daemon.directory + "/libexec/happy-holder", "w") as file:
            file.write(SLOW_HOLDER % (daemon.directory, BUILD))
        os.chmod(file.name, 0o755)
        daemon.environment["HAPPY_LIBEXEC_DIR"] = daemon.directory + "/libexec"
        mount(daemon.home, "size=6m,mode=700")
        try:
            daemon.start()
            client = daemon.client()
            number = client.send("session.start", **daemon.shell("exec cat"))
            wait_until(lambda: daemon.rows("SELECT state FROM session") == [("starting",)], "the row is written")
            fill(daemon.home)
            open(daemon.directory + "/go", "w").close()
            session = client.answer(number, "session.start")
            equal((session["state"], is_alive(session["pid"])), ("running", True), "session")
            assert "full" in daemon.log_text(), daemon.log_text()
            os.unlink(daemon.home + "/filler")
            wait_until(lambda: daemon.rows("SELECT state, pid FROM session") == [("running", session["pid"])],
                       "the row is written again", timeout=30)
            client.call("session.stop", session=session["id"], force=True)
        finally:
            if daemon.process.poll() is None:
                daemon.stop()
            unmount(daemon.home)


if __name__ == "__main__":
    tap.run(globals())
