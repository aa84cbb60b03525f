"""A server program of the tests, raw HTTP connections to it, and raw WebSockets."""
import base64
import hashlib
import os
import socket
import struct
import subprocess

BUILD = os.environ["HAPPY_BUILD_DIR"]
TIMEOUT = 20


class Program:
    """Starts a program that prints its port and ends with its standard input."""

    def __init__(self, name, *arguments):
        self.process = subprocess.Popen([os.path.join(BUILD, "tests", "tools", name), *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        assert line, f"{name} did not start"
        self.port = int(line)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.stdin.close()
        try:
            status = self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()
        assert kind or status == 0, f"exit status {status}"

    def memory(self):
        """Bytes of its own that it holds (not shared). 0 under AddressSanitizer, which keeps what is freed
        and maps terabytes."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            size, resident, shared = (int(field) * os.sysconf("SC_PAGE_SIZE") for field in file.read().split()[:3])
        return 0 if size > 1 << 40 else resident - shared


class Closed(Exception):
    """The other side ended the connection."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()


class Connection:
    """A TCP connection that speaks what it is told to."""

    def __init__(self, port, receive_buffer=0):
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(("127.0.0.1", port))
        self.input = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def fill(self):
        try:
            piece = self.sock.recv(65536)
        except ConnectionResetError as reset:
            raise Closed from reset
        if not piece:
            raise Closed
        self.input += piece

    def take(self, length):
        while len(self.input) < length:
            self.fill()
        taken, self.input = self.input[:length], self.input[length:]
        return taken

    def take_until(self, mark):
        while mark not in self.input:
            self.fill()
        taken, self.input = self.input.split(mark, 1)
        return taken

    def at_end(self):
        """Waits for the end; returns what came before it."""
        try:
            while True:
                self.fill()
        except Closed:
            rest, self.input = self.input, b""
            return rest

    def head(self):
        lines = self.take_until(b"\r\n\r\n").decode().split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        return int(lines[0].split()[1]), headers

    def chunks(self):
        body = b""
        while True:
            length = int(self.take_until(b"\r\n"), 16)
            body += self.take(length)
            assert self.take(2) == b"\r\n"
            if length == 0:
                return body

    def answer(self, method="GET"):
        status, headers = self.head()
        if method == "HEAD" or status in (101, 204, 304) or status < 200:
            body = b""
        elif "content-length" in headers:
            body = self.take(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = self.chunks()
        else:
            body = self.at_end()
        return Answer(status, headers, body)

    def request(self, method, target, body=None, headers=()):
        lines = [f"{method} {target} HTTP/1.1", "Host: test", *headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))

    def ask(self, method, target, body=None, headers=()):
        self.request(method, target, body, headers)
        return self.answer(method)


def ask(port, method, target, body=None, headers=()):
    """One request on a connection of its own."""
    with Connection(port) as connection:
        return connection.ask(method, target, body, headers)


KEY = base64.b64encode(bytes(range(16))).decode()
ACCEPT = base64.b64encode(hashlib.sha1((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket(Connection):
    """The client's side of a WebSocket, frame by frame."""

    def __init__(self, port, target, headers=(), check=True):
        super().__init__(port)
        self.request("GET", target, headers=["Connection: Upgrade", "Upgrade: websocket",
                                             "Sec-WebSocket-Version: 13",
                                             f"Sec-WebSocket-Key: {KEY}", *headers])
        self.status, self.headers = self.head()
        if check:
            assert self.status == 101, self.status
            assert self.headers["sec-websocket-accept"] == ACCEPT

    def frame(self, opcode, payload=b"", fin=True, mask=b"\x01\x02\x03\x04", reserved=0):
        head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
        flag = 0x80 if mask else 0
        if len(payload) < 126:
            head += bytes([flag | len(payload)])
        elif len(payload) < 65536:
            head += struct.pack(">BH", flag | 126, len(payload))
        else:
            head += struct.pack(">BQ", flag | 127, len(payload))
        if mask:
            repeated = (mask * (len(payload) // 4 + 1))[:len(payload)]
            payload = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(
                len(payload), "big")
        self.send(head + (mask or b"") + payload)

    def text(self, text):
        self.frame(TEXT, text.encode())

    def take_frame(self):
        first, second = self.take(2)
        assert first & 0x80 and not second & 0x80, "a server's frame is whole and not masked"
        length = second
        if length == 126:
            length = struct.unpack(">H", self.take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.take(8))[0]
        return first & 15, self.take(length)

    def receive(self):
        """The next message: str or bytes. Closed when there is none."""
        opcode, payload = self.take_frame()
        if opcode == CLOSE:
            self.code = struct.unpack(">H", payload[:2])[0] if payload else 1005
            self.frame(CLOSE, payload)
            raise Closed
        return payload.decode() if opcode == TEXT else payload

    def close_code(self):
        """Passes over messages until the connection is closed: the code, 1005 without one, or 1006."""
        try:
            while True:
                opcode, payload = self.take_frame()
                if opcode == CLOSE:
                    return struct.unpack(">H", payload[:2])[0] if payload else 1005
        except Closed:
            return 1006
