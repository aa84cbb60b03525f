"""Servers on the loopback interface whose every byte a test decides."""
import contextlib
import socket
import threading


class Server:
    """Accepts connections and has `handle(connection, number)` speak on each, in threads of their
    own; `number` counts the connections from 0. Used as a context manager."""

    def __init__(self, handle, family=socket.AF_INET, address=None, wrap=None):
        self.handle, self.wrap = handle, wrap
        self.listener = socket.socket(family)
        if family != socket.AF_UNIX:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address or (("::1", 0) if family == socket.AF_INET6 else ("127.0.0.1", 0)))
        self.listener.listen(128)
        if family != socket.AF_UNIX:
            self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.open, self.threads, self.problems = [], [], []
        self.stopping = threading.Event()
        self.acceptor = threading.Thread(target=self.accept, daemon=True)

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            number = self.connections
            self.connections += 1
            self.open.append(connection)
            thread = threading.Thread(target=self.serve, args=(connection, number), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, connection, number):
        try:
            if self.wrap:
                connection = self.wrap(connection)
            with contextlib.closing(connection):
                self.handle(connection, number)
        except OSError:
            pass
        except Exception as problem:  # shown when the test ends
            self.problems.append(problem)

    def __enter__(self):
        self.acceptor.start()
        return self

    def __exit__(self, kind, *rest):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
        if self.problems and kind is None:
            raise self.problems[0]


class Request:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = lines[0].split(" ")
        self.fields = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            self.fields[name.lower()] = value
        self.body = body


class Reader:
    """Reads requests from a connection."""

    def __init__(self, connection):
        self.connection, self.rest = connection, b""

    def fill(self):
        piece = self.connection.recv(65536)
        self.rest += piece
        return bool(piece)

    def exactly(self, length):
        while len(self.rest) < length:
            if not self.fill():
                raise ConnectionError("the request was cut off")
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def line(self):
        while b"\r\n" not in self.rest:
            if not self.fill():
                raise ConnectionError("the request was cut off")
        line, self.rest = self.rest.split(b"\r\n", 1)
        return line

    def chunks(self):
        body = b""
        while True:
            size = int(self.line(), 16)
            body += self.exactly(size)
            assert self.exactly(2) == b"\r\n"
            if size == 0:
                return body

    def request(self):
        """The next request, or None when the client closed the connection."""
        while b"\r\n\r\n" not in self.rest:
            if not self.fill():
                return None
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        request = Request(head, b"")
        if request.fields.get("transfer-encoding") == "chunked":
            request.body = self.chunks()
        else:
            request.body = self.exactly(int(request.fields.get("content-length", "0")))
        return request


def answer(body=b"", status="200 OK", *fields):
    """The bytes of an answer with its length."""
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def http(respond, **options):
    """A server with kept connections: respond(request, number) returns the bytes of the answer, or
    None to close the connection."""

    def handle(connection, number):
        reader = Reader(connection)
        while request := reader.request():
            reply = respond(request, number)
            if reply is None:
                return
            connection.sendall(reply)

    return Server(handle, **options)


def scripted(*replies, then_close=True, **options):
    """A server whose n-th connection reads one request and gets the n-th reply (the last one for those
    beyond)."""

    def handle(connection, number):
        if Reader(connection).request():
            connection.sendall(replies[min(number, len(replies) - 1)])
            if not then_close:
                connection.recv(1)

    return Server(handle, **options)
