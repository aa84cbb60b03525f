#!/usr/bin/env python3
"""Garbage on the holder's socket costs the sender its connection, and nobody else anything."""

import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import frames
import tap
from frames import Closed, Connection, Holder

SEED = int(os.environ.get("HAPPY_TEST_SEED", "1"))


class Watched:
    """A holder with a terminal and control that must not notice anything."""

    def __init__(self):
        self.holder = Holder()

    def __enter__(self):
        self.holder.shell("stty raw -echo; echo ready; exec cat")
        self.holder.control.wait_screen("ready")
        self.terminal = self.holder.attach()
        self.count = 0
        return self

    def check(self):
        self.count += 1
        mark = "<still here %d>" % self.count
        self.terminal.type(mark)
        self.terminal.poll(lambda: mark.encode() in self.terminal.display, mark)
        self.terminal.display = b""
        self.holder.control.status()

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.check()
        finally:
            self.holder.close()


def raw_connection(holder):
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(holder.socket_path)
    connection = Connection(sock)
    holder.connections.append(connection)
    return connection


def send_and_forget(connection, data):
    """Sends what the holder takes before it closes the connection."""
    try:
        connection.send_raw(data, 5)
    except (Closed, TimeoutError):
        pass


def hello(role=frames.ROLE_CONTROL, magic=frames.MAGIC, version=frames.VERSION, extra=b""):
    return frames.frame(frames.HELLO, struct.pack(">IHBBHHI", magic, version, role, 0, 80, 24, 0) +
                        extra)


def test_random_bytes():
    """random bytes, before HELLO and after it"""
    numbers = random.Random(SEED)
    with Watched() as watched:
        for number in range(150):
            connection = raw_connection(watched.holder)
            data = numbers.randbytes(numbers.randint(1, 3000))
            if number % 3 == 1:
                data = hello(numbers.randint(1, 3)) + data
            elif number % 3 == 2:
                # Well-formed frames of any type with any payload; without those that end the agent.
                data = hello(numbers.randint(1, 3))
                for _ in range(numbers.randint(1, 20)):
                    kind = numbers.choice([k for k in range(256) if k not in (frames.SIGNAL,
                                                                              frames.DETACH_ALL)])
                    data += frames.frame(kind, numbers.randbytes(numbers.randint(0, 40)))
            send_and_forget(connection, data)
            connection.drain(0.002)
            if number % 2:
                connection.close()
            if number % 50 == 49:
                # Half of the connections are still open: they had their HELLO, or will be closed.
                for other in watched.holder.connections[1:]:
                    if other is not watched.terminal:
                        other.close()
                # A random RESIZE or TAKE_SIZE may have changed the size.
                watched.terminal.drain(0.1)
                watched.check()


def test_wrong_hello():
    """a wrong magic number, version, role or first frame is refused with a reason"""
    with Watched() as watched:
        for data, reason in ((hello(magic=0x12345678), "HELLO"),
                             (hello(version=0), "version"),
                             (hello(role=0), "HELLO"), (hello(role=4), "HELLO"),
                             (frames.frame(frames.HELLO, b"short"), "HELLO"),
                             (frames.frame(frames.GET_STATUS), "HELLO"),
                             (frames.frame(200, b"x"), "HELLO")):
            connection = raw_connection(watched.holder)
            connection.send_raw(data)
            code, message = connection.expect_refused()
            assert reason in message, message
        # A newer version is answered with ours, and more fields behind the known ones are skipped.
        connection = raw_connection(watched.holder)
        connection.send_raw(hello(version=99, extra=b"new fields"))
        tap.equal(frames.Reader(connection.expect(frames.WELCOME)).take("H"), frames.VERSION)


def test_second_hello():
    """a second HELLO is refused"""
    with Watched() as watched:
        connection = watched.holder.new_control()
        connection.send_raw(hello())
        connection.expect_refused()


def test_half_frames():
    """frames that never end, or end with the connection"""
    with Watched() as watched:
        whole = hello() + frames.frame(frames.GET_SCREEN, struct.pack(">IB", 1, 0))
        for length in range(1, len(whole)):
            connection = raw_connection(watched.holder)
            connection.send_raw(whole[:length])
            if length % 2:
                connection.close()
        watched.check()
        # And byte by byte it works.
        connection = raw_connection(watched.holder)
        for byte in whole:
            connection.send_raw(bytes([byte]))
        connection.expect(frames.SCREEN)


def test_no_hello():
    """who says nothing is sent away after five seconds"""
    with Watched() as watched:
        connection = raw_connection(watched.holder)
        begin = time.monotonic()
        code, message = connection.expect_refused(15)
        assert 3 < time.monotonic() - begin < 12
        assert "HELLO" in message, message


def test_oversized_frames():
    """a frame that is longer than allowed, and 100 MB of it"""
    with Watched() as watched:
        for start in (b"", hello()):
            connection = raw_connection(watched.holder)
            connection.send_raw(start + struct.pack(">IB", frames.PAYLOAD_MAX + 1, frames.INPUT))
            code, message = connection.expect_refused()
            assert "longer" in message, message
        connection = raw_connection(watched.holder)
        send_and_forget(connection, hello() + struct.pack(">IB", 100 << 20, frames.INPUT) +
                        b"x" * (100 << 20))
        connection.expect_closed()
        # As long as allowed, but more than INPUT may hold.
        connection = watched.holder.new_control()
        connection.send_raw(frames.frame(frames.INPUT, b"x" * (frames.BYTES_MAX + 1)))
        connection.expect_refused()


def test_malformed_payloads():
    """payloads that are too short or too long"""
    with Watched() as watched:
        for kind, payload in ((frames.FOLLOW, b"\1"), (frames.FOLLOW, b"\7" + b"\0" * 8),
                              (frames.GET_SCREEN, b""), (frames.GET_HISTORY, b"\0" * 5),
                              (frames.RESIZE, b"\0"), (frames.RESIZE, b"\0" * 9),
                              (frames.PROCESSED, b""), (frames.NOTE_ACK, b"\0"),
                              (frames.GET_STATUS, b"more"), (frames.DETACH, b"more"),
                              (frames.COLLECT, b"more"), (frames.CLOSE_INPUT, b"more"),
                              (frames.DETACH_ALL, b"\0\0\0\xff")):
            connection = watched.holder.new_control()
            connection.send(kind, payload)
            code, message = connection.expect_refused()
            assert "malformed" in message, message


def test_a_thousand_connections():
    """1,000 connections at once: those who were there go on, a new one still gets in"""
    with Watched() as watched:
        sockets = []
        try:
            for _ in range(1000):
                sock = socket.socket(socket.AF_UNIX)
                sock.setblocking(False)
                try:
                    sock.connect(watched.holder.socket_path)
                except (BlockingIOError, ConnectionRefusedError):
                    pass
                sockets.append(sock)
            watched.check()
            late = watched.holder.attach()
            late.poll(lambda: late.display, "a picture")
        finally:
            for sock in sockets:
                sock.close()


def test_a_thousand_greeting_connections():
    """of many connections that all said HELLO so many stay as each role may have; new ones still get in"""
    for role, most in ((frames.ROLE_TERMINAL, 32), (frames.ROLE_CONTROL, 56), (frames.ROLE_HOOK, 24)):
        with Watched() as watched:
            watched.check()
            opened = []
            for _ in range(150):
                connection = raw_connection(watched.holder)
                send_and_forget(connection, hello(role))
                opened.append(connection)
            watched.check()
            watched.holder.new_control().status()
            late = watched.holder.attach()
            late.poll(lambda: late.display, "a picture")
            watched.check()

            def alive():
                for connection in opened:
                    connection.drain()
                return [connection for connection in opened if not connection.closed]

            tap.wait_until(lambda: len(alive()) <= most, "those beyond %d are closed" % most)
            assert len(alive()) > most - 4, len(alive())
            assert alive()[-1] is opened[-1], "the newest was closed"
            for connection in opened:
                connection.close()


def test_terminal_that_is_sent_away():
    """a terminal that never typed makes place for a new one, and hears why"""
    with Watched() as watched:
        watched.check()
        terminals = [watched.holder.attach() for _ in range(32)]
        goodbye = frames.Reader(terminals[0].expect(frames.GOODBYE))
        assert b"too many" in goodbye.string()
        terminals[0].expect_closed()
        watched.check()


def test_requests_of_one_that_never_reads():
    """thousands of requests of a control that reads no answer take bounded memory"""
    with Watched() as watched:
        watched.holder.control.type("line\r\n" * 2000)
        connection = watched.holder.new_control()
        request = frames.frame(frames.GET_HISTORY, struct.pack(">IQIB", 1, 0, 100000, 0))
        sent, end = 0, time.monotonic() + 1
        stream = request * 20000
        while time.monotonic() < end and sent < len(stream):
            try:
                sent += connection.sock.send(stream[sent:sent + 65536])
            except BlockingIOError:
                time.sleep(0.01)
        memory = frames.memory_of(watched.holder.process.pid)
        if not frames.has_sanitizers():
            assert memory < 6000, memory
        watched.check()


def test_interrupted_start():
    """a START that is cut off or malformed ends the holder, and nothing is left"""
    strings = frames.string("/bin/cat") + frames.string("cat")
    for damage in ("cut", "count", "version"):
        holder = Holder()
        with holder:
            payload = frames.string(holder.socket_path) + frames.string("/")
            payload += struct.pack(">BHHIII", 1, 80, 24, 100, 100000, 100)
            if damage == "count":
                payload += struct.pack(">I", 0x7fffffff) + strings + struct.pack(">I", 0)
            else:
                payload += struct.pack(">I", 2) + strings + struct.pack(">I", 0)
            whole = frames.frame(frames.START, payload)
            if damage == "cut":
                holder.control.send_raw(whole[:-5])
                holder.control.close()
            elif damage == "count":
                holder.control.send_raw(whole)
                assert "malformed" in holder.control.expect_refused()[1]
            else:
                holder.control.send_raw(struct.pack(">IB", len(payload) - 1, frames.START) +
                                        payload[:-1])
                assert "malformed" in holder.control.expect_refused()[1]
            tap.equal(holder.process.wait(frames.DEADLINE), 0)
            assert not os.path.exists(holder.socket_path)


tap.run(globals())
