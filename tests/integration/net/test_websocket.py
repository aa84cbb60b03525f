#!/usr/bin/env python3
"""WebSockets frame by frame, against the echoing Engine.IO application."""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from tap import equal, wait_until
from wire_driver import BINARY, CLOSE, KEY, PING, PONG, TEXT, Closed, Connection, Program, WebSocket, ask

TARGET = "/engine.io/?EIO=4&transport=websocket"
MAX = 1000000


def server(interval=25000, wait=20000):
    return Program("realtime_server", "--ping-interval", interval, "--ping-timeout", wait)


def opened(program, headers=()):
    websocket = WebSocket(program.port, TARGET, headers)
    assert websocket.receive().startswith("0{")
    return websocket


def code_after(program, *frames):
    """The code that frames (opcode, payload, options) are answered with."""
    with opened(program) as websocket:
        for opcode, payload, options in frames:
            websocket.frame(opcode, payload, **options)
        code = websocket.close_code()
        websocket.at_end()
        return code


def test_handshake():
    """The handshake: key, version 13 or 8, first subprotocol, no extension"""
    with server() as program:
        with opened(program, ["Sec-WebSocket-Protocol: one, two",
                              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]) as client:
            equal(client.headers["sec-websocket-protocol"], "one")
            assert "sec-websocket-extensions" not in client.headers
            equal(client.headers["access-control-allow-origin"], "*")
        good = {"Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Version": "8",
                "Sec-WebSocket-Key": KEY}
        changes = [({}, 101), ({"Sec-WebSocket-Version": "7"}, 400), ({"Sec-WebSocket-Version": None}, 400),
                   ({"Sec-WebSocket-Key": None}, 400), ({"Sec-WebSocket-Key": "short"}, 400),
                   ({"Sec-WebSocket-Key": "!" * 22 + "=="}, 400)]
        for change, status in changes:
            headers = [f"{name}: {value}" for name, value in {**good, **change}.items() if value]
            with Connection(program.port) as client:
                client.request("GET", TARGET, headers=headers)
                found, answered = client.head()
                equal(found, status, str(change))
                if status == 400:
                    equal(answered["sec-websocket-version"], "13, 8")


def test_messages():
    """Text, binary, empty, large and fragmented messages"""
    with server() as program, opened(program) as client:
        for message in ("4", "4hello", "4é\U0001f600", "4" + "x" * 125, "4" + "x" * 65535, "4" + "x" * (MAX - 1)):
            client.text(message)
            equal(client.receive(), message)
        for message in (b"", b"\0\xff", bytes(range(256)) * 1000):
            client.frame(BINARY, message)
            equal(client.receive(), message)
        client.frame(TEXT, b"4one ", fin=False)
        client.frame(PING, b"between")
        client.frame(0, b"two ", fin=False)
        client.frame(0, b"three")
        equal(client.take_frame(), (PONG, b"between"))
        equal(client.receive(), "4one two three")
        euro = "4€".encode()
        client.frame(TEXT, euro[:2], fin=False)
        client.frame(0, euro[2:])
        equal(client.receive(), "4€")


def test_split():
    """Frames that come byte by byte, and many in one piece"""
    with server() as program, opened(program) as client:
        pieces = []
        send, client.send = client.send, pieces.append
        client.text("4" + "x" * 200)
        client.frame(BINARY, b"y" * 10)
        client.send = send
        for byte in b"".join(pieces):
            client.send(bytes([byte]))
        equal(client.receive(), "4" + "x" * 200)
        equal(client.receive(), b"y" * 10)
        client.send(b"".join(pieces) * 500)
        for _ in range(500):
            equal(len(client.receive()), 201)
            equal(len(client.receive()), 10)


def test_early_frames():
    """Frames that come along with the handshake are not lost"""
    with server() as program, Connection(program.port) as client:
        client.send(f"GET {TARGET} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n".encode()
                    + b"\x81\x82\0\0\0\0004a")
        equal(client.head()[0], 101)
        length = client.take(2)[1]
        client.take(length)
        equal(client.take(4), b"\x81\x024a")


def test_refused_frames():
    """What breaks the protocol is answered with its code"""
    plain = {}
    with server() as program:
        cases = [
            (1009, (TEXT, b"4" + b"x" * MAX, plain)),
            (1009, (TEXT, b"4" + b"x" * 600000, {"fin": False}), (0, b"x" * 400000, plain)),
            (1007, (TEXT, b"4\xff", plain)),
            (1007, (TEXT, b"4\xc3", plain)),
            (1007, (TEXT, b"4\xed\xa0\x80", plain)),
            (1002, (TEXT, b"4x", {"mask": None})),
            (1002, (TEXT, b"4x", {"reserved": 4})),
            (1002, (3, b"", plain)),
            (1002, (11, b"", plain)),
            (1002, (0, b"x", plain)),
            (1002, (TEXT, b"4x", {"fin": False}), (TEXT, b"4x", plain)),
            (1002, (PING, b"x" * 126, plain)),
            (1002, (PING, b"", {"fin": False})),
            (1002, (CLOSE, b"\3", plain)),
            (1002, (CLOSE, struct.pack(">H", 1005), plain)),
            (1002, (CLOSE, struct.pack(">H", 999), plain)),
            (1002, (CLOSE, struct.pack(">H", 2000), plain)),
            (1007, (CLOSE, struct.pack(">H", 1000) + b"\xff", plain)),
        ]
        for code, *frames in cases:
            equal(code_after(program, *frames), code, str([(frame[0], frame[1][:8]) for frame in frames]))
        with opened(program) as client:
            client.send(b"\x81\xfe\0\5" + b"\0" * 9)
            equal(client.close_code(), 1002)
        with opened(program) as client:
            client.send(b"\x82\xff" + b"\xff" * 12)
            equal(client.close_code(), 1002)


def test_closing():
    """A Close frame is answered with its code, then the connection ends"""
    with server() as program:
        for payload in (b"", struct.pack(">H", 1000), struct.pack(">H", 1001) + b"going", struct.pack(">H", 4999)):
            with opened(program) as client:
                client.frame(CLOSE, payload)
                equal(client.take_frame(), (CLOSE, payload[:2]))
                equal(client.at_end(), b"")


def test_reader_that_stops():
    """Who does not read is cut off before much is kept for him"""
    with server() as program:
        client = opened(program)
        before = program.memory()
        highest = 0
        client.sock.settimeout(2)
        message = b"4" + b"x" * 500000
        try:
            for _ in range(400):
                client.frame(TEXT, message)
                highest = max(highest, program.memory() - before)
        except OSError:
            pass
        else:
            raise AssertionError("200 MB were taken")
        finally:
            client.sock.close()
        assert highest < 64 * 1024 * 1024, f"{highest} bytes were kept"
        equal(ask(program.port, "GET", "/nowhere").status, 404)


def test_many():
    """A thousand idle connections take less than 2.5 KiB each, sessions included"""
    with server() as program:
        opened(program).sock.close()
        before = program.memory()
        clients = [opened(program) for _ in range(1000)]
        for client in clients:
            client.text("4hello")
            equal(client.receive(), "4hello")
        each = (program.memory() - before) / len(clients)
        for client in clients:
            client.sock.close()
        assert each < 2560, f"{each:.0f} bytes each"


if __name__ == "__main__":
    tap.run(globals())
