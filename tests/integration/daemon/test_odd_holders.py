#!/usr/bin/env python3
"""Holders that are slow, break off or are crowded: a session neither hangs, nor is lost, nor runs unseen."""
import os
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from api import ApiError, BUILD, Daemon, is_alive
from tap import equal, wait_until

OUTPUT = b"all of it\r\n"


class Posing:
    """Poses as the holder of an agent that has exited with status 5. The first `breaks` connections break off
    when the daemon asks for the screen."""

    def __init__(self, daemon, breaks):
        self.agent = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        self.path = daemon.home + "/run/holders/aaaaaaaa.sock"
        self.breaks, self.connections, self.exited = breaks, 0, False
        self.collected = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(5)
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.agent.kill()
        self.agent.wait()

    def serve(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            try:
                self.converse(connection, self.connections <= self.breaks)
            except (EOFError, ConnectionError):
                pass
            connection.close()

    def status(self):
        return struct.pack(">IIHHHBIqqQQQQQBIq", os.getpid(), self.agent.pid, 80, 24, 0, 0, 0, 1, 1, 0, len(OUTPUT), 0,
                           0, 0, self.exited, 5 if self.exited else 0, 1) + frames.string("")

    def converse(self, connection, breaks):
        stream = connection.makefile("rb")
        send = lambda kind, payload=b"": connection.sendall(frames.frame(kind, payload))
        while True:
            header = stream.read(5)
            if len(header) < 5:
                raise EOFError
            length, kind = struct.unpack(">IB", header)
            reader = frames.Reader(stream.read(length))
            if kind == frames.HELLO:
                send(frames.WELCOME, struct.pack(">HIIHH", 1, os.getpid(), self.agent.pid, 80, 24) +
                     frames.string("aaaaaaaa"))
            elif kind == frames.GET_STATUS:
                send(frames.STATUS, self.status())
                if not self.exited:
                    self.exited = True
                    send(frames.EXITED, struct.pack(">BIq", 1, 5, 1))
            elif kind == frames.GET_SCREEN and breaks:
                return
            elif kind == frames.GET_SCREEN:
                send(frames.SCREEN, struct.pack(">IHHHHBB", reader.take("I"), 80, 24, 0, 0, 1, 0) +
                     frames.string("the screen\n"))
            elif kind == frames.GET_HISTORY:
                send(frames.HISTORY, struct.pack(">IQQI", reader.take("I"), 0, 1, 1) + b"\0" + frames.string("a line"))
            elif kind == frames.FOLLOW and reader.take("B") == frames.STREAM_OUTPUT:
                send(frames.OUTPUT, struct.pack(">BQ", frames.STREAM_OUTPUT, 0) + OUTPUT)
            elif kind == frames.COLLECT:
                os.unlink(self.path)
                self.collected.set()
                return


def end_of(daemon):
    client = daemon.client()
    ended = client.call("session.wait", session="aaaaaaaa", **{"for": "exit"}, timeoutMs=40000)["session"]
    equal((ended["state"], ended["exitCode"]), ("ended", 5), "end")
    return client


def test_break_while_the_end_is_fetched():
    """a connection that breaks while the end of a session is fetched is made again, and nothing is missing"""
    with Daemon() as daemon, Posing(daemon, 2) as holder:
        daemon.restart()
        client = end_of(daemon)
        equal([line["text"] for line in client.call("session.history", session="aaaaaaaa")["lines"]], ["a line"], "lines")
        assert client.call("session.screen", session="aaaaaaaa")["text"].startswith("the screen")
        equal(daemon.rows("SELECT bytes FROM output WHERE session = 'aaaaaaaa' AND stream = 1"), [(OUTPUT,)], "output")
        assert holder.collected.wait(15), "the holder was not told to go"


def test_break_every_time():
    """when it breaks every time the session ends all the same, and its holder may go"""
    with Daemon() as daemon, Posing(daemon, 100) as holder:
        daemon.restart()
        end_of(daemon)
        assert holder.collected.wait(15), "the holder was not told to go"


# Takes START and runs an agent, but never says so.
MUTE_HOLDER = """#!%s
import os, socket, struct, subprocess, sys
sys.path.insert(0, %r)
import frames
connection = socket.socket(fileno=3)
connection.setblocking(True)
stream = connection.makefile("rb")
while header := stream.read(5):
    length, kind = struct.unpack(">IB", header)
    stream.read(length)
    if kind == frames.HELLO:
        connection.sendall(frames.frame(frames.WELCOME, struct.pack(">HIIHH", 1, os.getpid(), 0, 80, 24) +
                                        frames.string(sys.argv[1])))
    elif kind == frames.START:
        agent = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        with open(os.environ["HAPPY_HOME_DIR"] + "/pids.new", "w") as file:
            file.write("%%d %%d" %% (os.getpid(), agent.pid))
        os.rename(file.name, file.name[:-4])
while True:
    agent.wait()
"""


def place_holder(daemon, text):
    """Makes the daemon start this program as its holders."""
    os.mkdir(daemon.directory + "/libexec")
    for name in ("happy-holder", "happy-hook"):
        with open(f"{daemon.directory}/libexec/{name}", "w") as file:
            file.write(text)
        os.chmod(file.name, 0o755)
    daemon.environment["HAPPY_LIBEXEC_DIR"] = daemon.directory + "/libexec"
    daemon.start()


def test_start_that_takes_too_long():
    """a start that fails because the holder says nothing leaves no agent that runs"""
    with Daemon(start=False) as daemon:
        place_holder(daemon, MUTE_HOLDER % (sys.executable, os.path.dirname(frames.__file__)))
        client = daemon.client()
        client.socket.settimeout(60)
        client.fails("timeout", "session.start", **daemon.shell("exec cat"))
        with open(daemon.home + "/pids") as file:
            pids = [int(word) for word in file.read().split()]
        wait_until(lambda: not any(is_alive(pid) for pid in pids), "holder and agent end")
        equal(client.call("session.list", all=True)["sessions"], [], "sessions")
        daemon.restart()
        equal(daemon.client().call("session.list", all=True)["sessions"], [], "sessions after a restart")


def test_crowd():
    """others that crowd the daemon out of a holder cost no waiting request, and no control over the session"""
    with Daemon() as daemon:
        client = daemon.client()
        session = client.call("session.start", **daemon.shell("exec cat"))
        number = client.send("session.wait", session=session["id"], **{"for": "text"}, pattern="^said at last",
                             timeoutMs=20000)
        client.call("session.write", session=session["id"], text="before\n")
        crowd = []
        try:
            for _ in range(70):
                connection = frames.Connection(socket.socket(socket.AF_UNIX))
                crowd.append(connection)
                connection.sock.connect(session["holderSocket"])
                connection.hello(frames.ROLE_CONTROL)
                connection.status()

            def write():
                try:
                    client.call("session.write", session=session["id"], text="said at last\n")
                    return True
                except ApiError as error:
                    equal(error.code, "closed", "code")
                    return False

            wait_until(write, "the daemon has control again")
            equal(client.answer(number)["match"], "said at last", "match")
            client.call("session.stop", session=session["id"], force=True)
        finally:
            for connection in crowd:
                connection.close()


if __name__ == "__main__":
    tap.run(globals())
