#!/usr/bin/env python3
"""happyd as a program: options, the lock, settings, signals, a service manager's wishes."""
import json
import os
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from api import BUILD, Client, Daemon, is_alive
from tap import equal, wait_until


def test_options():
    """--help, --version, wrong options and arguments"""
    with Daemon(start=False) as daemon:
        status, text = daemon.run("--help")
        assert status == 0 and "--fork" in text and "HAPPY_HOME_DIR" in text, text
        status, text = daemon.run("--version")
        assert status == 0 and text.startswith("happyd "), text
        for arguments in (["--nonsense"], ["--log-level=loud"], ["more"]):
            status, text = daemon.run(*arguments)
            equal(status, 2, f"status of {arguments}")
            assert "happyd" in text, text


def test_second_daemon():
    """a second daemon for the same home says who is there and ends with 1; another home is free"""
    with Daemon() as daemon:
        status, text = daemon.run()
        equal(status, 1, "status")
        assert str(daemon.process.pid) in text and daemon.home in text, text
        status, text = daemon.run("--fork")
        equal(status, 1, "status with --fork")
        assert str(daemon.process.pid) in text, text
        with Daemon() as other:
            other.client().call("daemon.status")
        daemon.client().call("daemon.status")


def test_fork():
    """--fork returns when the daemon serves; it logs to the Happy home and survives its terminal"""
    with Daemon(start=False) as daemon:
        status, text = daemon.run("--fork", "--log-level=debug")
        equal((status, text), (0, ""), "result")
        client = daemon.client()
        pid = client.call("daemon.status")["pid"]
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            assert int(fields[3]) != os.getsid(0), "it is in the session of its caller"
            equal(os.readlink(f"/proc/{pid}/cwd"), "/", "working directory")
            with open(daemon.home + "/logs/happyd.log") as log:
                assert "serves" in log.read()
            equal(os.stat(daemon.home + "/logs/happyd.log").st_mode & 0o777, 0o600, "mode of the log")
            client.call("daemon.stop")
            wait_until(lambda: not is_alive(pid), "it ends")
        finally:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def test_fork_error():
    """--fork tells the daemon's error on the caller's standard error"""
    with Daemon(start=False, settings="{") as daemon:
        status, text = daemon.run("--fork")
        equal(status, 1, "status")
        assert "happyd.json" in text, text


def test_settings():
    """wrong settings are named with a fix; SIGHUP reads them again and keeps the old ones when wrong"""
    with Daemon(start=False) as daemon:
        wrong = {"{": "JSON", '{"colour": 1}': "colour", '{"historyLines": "many"}': "historyLines",
                 '{"scope": "sometimes"}': "scope", '{"limits": {"memoryMax": "1 GB"}}': "memoryMax",
                 '{"detachKey": ""}': "detachKey", '{"logLevel": 7}': "logLevel", "[]": "object",
                 '{"historyBytes": 1}': "historyBytes"}
        for text, named in wrong.items():
            daemon.write_settings(text)
            status, words = daemon.run()
            equal(status, 1, f"status with {text}")
            assert named in words and "happyd.json" in words, (text, words)
        daemon.write_settings({"detachKey": "C-b x", "historyLines": 50})
        daemon.start()
        client = daemon.client()
        equal(client.call("daemon.status")["detachKey"], "C-b x", "detachKey")
        session = client.call("session.start", **daemon.shell("seq 1 500; exec cat"))
        client.call("session.wait", session=session["id"], **{"for": "text"}, pattern="^500$", timeoutMs=40000)
        history = client.call("session.history", session=session["id"], screen=False)
        assert len(history["lines"]) <= 50 and history["oldest"] > 400, history["oldest"]
        daemon.write_settings("{]")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "happyd.json is wrong" in daemon.log_text(), "the error")
        equal(client.call("daemon.status")["detachKey"], "C-b x", "detachKey")
        daemon.write_settings({"detachKey": "C-a"})
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: client.call("daemon.status")["detachKey"] == "C-a", "new settings")


def test_limits_without_systemd():
    """limits of the settings file without systemd: one warning, and the agent runs"""
    with Daemon(settings={"limits": {"memoryMax": "1G"}}) as daemon:
        client = daemon.client()
        for _ in range(2):
            client.call("session.start", **daemon.shell("exec cat"))
        equal(daemon.log_text().count("have no effect"), 1, "warnings")


def test_signals():
    """SIGTERM and SIGINT end the daemon with 0 and leave the agents; the next one takes them back"""
    with Daemon() as daemon:
        session = daemon.start_shell("exec cat")
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon.process.send_signal(number)
            equal(daemon.process.wait(60), 0, "exit status")
            assert not os.path.exists(daemon.socket)
            assert is_alive(session["pid"]) and is_alive(session["holderPid"])
            daemon.start()
            equal(daemon.client().call("session.get")["pid"], session["pid"], "pid")


def test_notify():
    """READY, STATUS, WATCHDOG and STOPPING go to the service manager"""
    with Daemon(start=False) as daemon:
        path = daemon.directory + "/notify"
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(path)
        manager.settimeout(60)
        daemon.environment.update(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000")
        daemon.start()
        messages = [manager.recv(1000).decode()]
        while "READY=1" not in messages[-1]:
            messages.append(manager.recv(1000).decode())
        assert any(message.startswith("STATUS=0 sessions") for message in messages), messages
        session = daemon.start_shell("echo notify=$NOTIFY_SOCKET; env | grep -c WATCHDOG; exec cat")
        messages = []
        while messages.count("WATCHDOG=1") < 4 or "STATUS=1 session running" not in messages:
            messages.append(manager.recv(1000).decode())
            assert len(messages) < 100, messages
        with open(f"/proc/{session['holderPid']}/environ", "rb") as file:
            assert b"NOTIFY_SOCKET" not in file.read()
        daemon.process.terminate()
        messages = []
        while "STOPPING=1" not in messages:
            messages.append(manager.recv(1000).decode())
        daemon.process.wait(60)


ACTIVATION = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_FDNAMES="happyd.socket", LISTEN_PID=str(os.getpid()))
os.set_inheritable(3, True)
os.execv(sys.argv[2], [sys.argv[2], "--log-level=debug"])
"""


def activate(daemon, listener):
    with open(daemon.log, "a") as log:
        daemon.process = subprocess.Popen(
            [sys.executable, "-c", ACTIVATION, str(listener.fileno()), BUILD + "/happyd"], env=daemon.environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[listener.fileno()])


def listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)
    return listener


def test_socket_activation():
    """a passed socket is used, and not removed at the end: the next start finds the waiting client"""
    with Daemon(start=False) as daemon:
        os.makedirs(daemon.home + "/run", mode=0o700)
        listener = listen(daemon.socket)
        early = Client(daemon.socket)
        number = early.send("daemon.status")
        activate(daemon, listener)
        equal(early.answer(number)["pid"], daemon.process.pid, "pid")
        equal(daemon.stop(), 0, "exit status")
        assert os.path.exists(daemon.socket)
        again = Client(daemon.socket)
        number = again.send("daemon.status")
        activate(daemon, listener)
        equal(again.answer(number)["pid"], daemon.process.pid, "pid")
        # No agent gets the socket.
        session = daemon.start_shell("exec sleep 1000")
        for pid in (session["pid"], session["holderPid"]):
            for name in os.listdir(f"/proc/{pid}/fd"):
                inode = os.stat(listener.fileno()).st_ino
                try:
                    assert os.stat(f"/proc/{pid}/fd/{name}").st_ino != inode, f"process {pid} has the socket"
                except FileNotFoundError:
                    pass
        listener.close()


def test_wrong_activation():
    """a passed socket at another path is closed with a warning, and the right one is made"""
    with Daemon(start=False) as daemon:
        listener = listen(daemon.directory + "/other.sock")
        activate(daemon, listener)
        wait_until(daemon.answers, "happyd answers")
        assert "ListenStream" in daemon.log_text(), daemon.log_text()
        listener.close()


def test_privacy():
    """home, database, sockets and logs are the user's alone; the daemon is not dumpable"""
    with Daemon(environment={"SECRET": "hunter2"}) as daemon:
        secret = daemon.shell("exec cat")
        secret["environment"].append("API_KEY=hunter2")
        session = daemon.client().call("session.start", **secret)
        for path in (daemon.home, daemon.home + "/run", daemon.home + "/run/holders", daemon.home + "/logs"):
            equal(os.stat(path).st_mode & 0o777, 0o700, f"mode of {path}")
        for path in (daemon.database, daemon.socket, session["holderSocket"], daemon.home + "/happyd.lock"):
            equal(os.stat(path).st_mode & 0o777, 0o600, f"mode of {path}")
        with open(f"/proc/{daemon.process.pid}/limits") as file:
            cores = [line for line in file if line.startswith("Max core file size")]
        equal(cores[0].split()[4], "0", "soft limit of core files")
        daemon.client().call("session.stop", session=session["id"], force=True)
        daemon.stop()
        for directory, _, names in os.walk(daemon.directory):
            for name in names:
                path = os.path.join(directory, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        assert b"hunter2" not in file.read(), f"{path} holds a secret"


def test_home_of_another_user():
    """a home that belongs to somebody else is refused with a fix"""
    if os.getuid() != 0:
        raise tap.Skip("needs root")
    with Daemon(start=False) as daemon:
        os.chown(daemon.home, 12345, 12345)
        status, text = daemon.run()
        equal(status, 1, "status")
        assert "another user" in text and "HAPPY_HOME_DIR" in text, text


def test_missing_holder():
    """without happy-holder, session.start names the path and the fix"""
    with Daemon(environment={"HAPPY_LIBEXEC_DIR": "/nowhere"}) as daemon:
        error = daemon.client().fails("system", "session.start", **daemon.shell("true"))
        assert "/nowhere/happy-holder" in error.message and error.fix, error


def test_print_api():
    """--print-api gives the method table as JSON"""
    with Daemon(start=False) as daemon:
        status, text = daemon.run("--print-api")
        equal(status, 0, "status")
        names = [method["name"] for method in json.loads(text)]
        assert "session.start" in names and len(names) == len(set(names)), names


def count_in_memory(pid, text):
    count = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            words = line.split()
            first, last = (int(word, 16) for word in words[0].split("-"))
            # What is larger belongs to a sanitizer.
            if words[1].startswith("rw") and last - first < 1 << 30:
                memory.seek(first)
                count += memory.read(last - first).count(text.encode())
    return count


def test_environment_is_not_kept():
    """nothing of the environment is left in the daemon's and the holder's memory once the agent runs"""
    if os.getuid() != 0:
        raise tap.Skip("needs root to read another process's memory")
    with Daemon() as daemon:
        mark = os.urandom(12).hex()
        secret = [f"SECRET_{number}=" + f"{number}-{mark}" * (10 + number % 20) for number in range(40)]
        shell = daemon.shell("test -n \"$SECRET_1\" && echo known; exec cat")
        client = daemon.client()
        equal(count_in_memory(daemon.process.pid, mark), 0, "copies before the start")
        for terminal in (True, False):
            session = client.call("session.start", **{**shell, "environment": shell["environment"] + secret},
                                  terminal=terminal)
        client.fails("invalid", "session.start", **{**shell, "directory": "x", "environment": secret})
        client.call("daemon.status")
        equal(count_in_memory(daemon.process.pid, mark), 0, "copies of secrets in the daemon's memory")
        with open(f"/proc/{session['pid']}/stat") as status:
            holder = int(status.read().rpartition(")")[2].split()[1])
        equal(count_in_memory(holder, mark), 0, "copies of secrets in the holder's memory")


if __name__ == "__main__":
    tap.run(globals())
