"""A client of the holder's frame protocol (wire/frame.h, docs/holder-protocol.md), and a holder to
talk to, started as happyd would start it. Standard library only."""

import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

MAGIC = 0x48505059
VERSION = 1
OFFSET_NOW = 2**64 - 1
PAYLOAD_MAX = 1024 * 1024
BYTES_MAX = 64 * 1024

HELLO, INPUT, RESIZE, DETACH = 1, 2, 3, 4
START, SIGNAL, FOLLOW, UNFOLLOW, PROCESSED, GET_STATUS = 16, 17, 18, 19, 20, 21
GET_SCREEN, GET_HISTORY, NOTE, NOTE_ACK, DETACH_ALL, CLOSE_INPUT, COLLECT = 22, 23, 24, 25, 26, 27, 28
WELCOME, REFUSED, DISPLAY, STARTED, OUTPUT, GAP, STATUS = 128, 129, 130, 131, 132, 133, 134
SCREEN, HISTORY, NOTED, NOTE_IS, ACTIVITY, TERMINALS = 135, 136, 137, 138, 139, 140
EXITED, GOODBYE, RESIZED = 141, 142, 143

ROLE_TERMINAL, ROLE_CONTROL, ROLE_HOOK = 1, 2, 3
READ_ONLY, TAKE_SIZE = 1, 2
STREAM_OUTPUT, STREAM_ERROR = 1, 2
SIGNAL_GROUP, SIGNAL_TREE = 1, 2
EXIT_NONE, EXIT_CODE, EXIT_SIGNAL = 0, 1, 2
HISTORY_COLOURS, HISTORY_WITH_SCREEN = 1, 2

MODE_BRACKETED_PASTE, MODE_ALTERNATE_SCREEN, MODE_MOUSE = 1, 2, 4
MODE_APPLICATION_CURSOR, MODE_CURSOR_HIDDEN, MODE_KITTY_KEYBOARD = 8, 16, 32

DEADLINE = float(os.environ.get("HAPPY_TEST_DEADLINE", "20"))


class Closed(Exception):
    """The other side closed the connection."""


class Refused(Exception):
    """The holder refused: (code, message)."""


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def string(text):
    data = as_bytes(text)
    return struct.pack(">I", len(data)) + data


def frame(kind, payload=b""):
    return struct.pack(">IB", len(payload), kind) + payload


class Reader:
    def __init__(self, payload):
        self.payload = payload
        self.offset = 0

    def take(self, layout):
        values = struct.unpack_from(">" + layout, self.payload, self.offset)
        self.offset += struct.calcsize(">" + layout)
        return values if len(values) > 1 else values[0]

    def string(self):
        length = self.take("I")
        data = self.payload[self.offset:self.offset + length]
        assert len(data) == length, "a string is cut off"
        self.offset += length
        return data

    def rest(self):
        return self.payload[self.offset:]


def parse_status(payload):
    reader = Reader(payload)
    names = ("holder_pid", "agent_pid", "columns", "rows", "terminals", "active", "modes",
             "started_at", "last_output_at", "output_first", "output_next", "error_next",
             "history_first", "history_next", "exit_kind", "exit_value", "exit_at")
    status = dict(zip(names, reader.take("IIHHHBIqqQQQQQBIq")))
    status["title"] = reader.string().decode()
    return status


def parse_screen(payload):
    reader = Reader(payload)
    names = ("request", "columns", "rows", "cursor_column", "cursor_row", "cursor_visible",
             "alternate")
    screen = dict(zip(names, reader.take("IHHHHBB")))
    screen["text"] = reader.string().decode("utf-8", "replace")
    screen["lines"] = screen["text"].split("\n")[:-1]
    return screen


def parse_history(payload):
    reader = Reader(payload)
    history = dict(zip(("request", "first", "next", "count"), reader.take("IQQI")))
    history["lines"] = []
    for _ in range(history["count"]):
        wrapped = reader.take("B")
        history["lines"].append((wrapped, reader.string().decode("utf-8", "replace")))
    assert not reader.rest(), "bytes behind the last line"
    return history


def parse_exited(payload):
    return dict(zip(("kind", "value", "at"), Reader(payload).take("BIq")))


class Connection:
    """One connection. Frames that nobody asked for wait in `pending`, in order."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.setblocking(False)
        self.received = b""
        self.pending = []
        self.closed = False
        self.display = b""      # all that DISPLAY frames brought
        self.outputs = {}       # stream: bytes, from the first offset followed
        self.output_next = {}   # stream: offset behind the last byte
        self.gaps = []          # (stream, from, to)

    # Sending -----------------------------------------------------------------------------------
    def send_raw(self, data, deadline=DEADLINE):
        end = time.monotonic() + deadline
        while data:
            try:
                count = self.sock.send(data)
                data = data[count:]
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TimeoutError("the holder does not read")
                select.select([], [self.sock], [], 0.2)
            except (BrokenPipeError, ConnectionResetError):
                raise Closed()

    def send(self, kind, payload=b""):
        self.send_raw(frame(kind, payload))

    def hello(self, role, columns=0, rows=0, flags=0, history_lines=0, version=VERSION):
        self.send(HELLO, struct.pack(">IHBBHHI", MAGIC, version, role, flags, columns, rows,
                                     history_lines))
        reader = Reader(self.expect(WELCOME))
        names = ("version", "holder_pid", "agent_pid", "columns", "rows")
        welcome = dict(zip(names, reader.take("HIIHH")))
        welcome["session"] = reader.string().decode()
        return welcome

    def type(self, text):
        self.send(INPUT, as_bytes(text))

    def resize(self, columns, rows):
        self.send(RESIZE, struct.pack(">HH", columns, rows))

    def signal(self, number, target=SIGNAL_GROUP):
        self.send(SIGNAL, struct.pack(">IB", number, target))

    def follow(self, offset=0, stream=STREAM_OUTPUT):
        self.send(FOLLOW, struct.pack(">BQ", stream, offset))

    def processed(self, offset, stream=STREAM_OUTPUT):
        self.send(PROCESSED, struct.pack(">BQ", stream, offset))

    # Receiving ---------------------------------------------------------------------------------
    def _receive(self, timeout):
        if self.closed:
            return False
        if not select.select([self.sock], [], [], max(timeout, 0))[0]:
            return False
        try:
            data = self.sock.recv(1 << 18)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            data = b""
        if not data:
            self.closed = True
            return False
        self.received += data
        while len(self.received) >= 5:
            length, kind = struct.unpack_from(">IB", self.received)
            assert length <= PAYLOAD_MAX, "a frame of %d bytes" % length
            if len(self.received) < 5 + length:
                break
            payload = self.received[5:5 + length]
            self.received = self.received[5 + length:]
            self._note(kind, payload)
        return True

    def _note(self, kind, payload):
        if kind == DISPLAY:
            self.display += payload
        elif kind == OUTPUT:
            reader = Reader(payload)
            stream, offset = reader.take("BQ")
            expected = self.output_next.get(stream, offset)
            assert offset == expected, "OUTPUT at %d instead of %d" % (offset, expected)
            data = reader.rest()
            self.outputs[stream] = self.outputs.get(stream, b"") + data
            self.output_next[stream] = offset + len(data)
        elif kind == GAP:
            stream, first, last = Reader(payload).take("BQQ")
            self.gaps.append((stream, first, last))
            self.output_next[stream] = last
        else:
            self.pending.append((kind, payload))

    def poll(self, condition, what, deadline=DEADLINE):
        """Receives until condition() is true and returns its value."""
        end = time.monotonic() + deadline
        while True:
            value = condition()
            if value:
                return value
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("waited %gs for %s" % (deadline, what))
            if self.closed:
                raise Closed("closed while waiting for %s" % what)
            self._receive(min(left, 0.5))

    def drain(self, seconds=0.0):
        """Receives what comes within that time; without one, what is there already."""
        end = time.monotonic() + seconds
        while not self.closed:
            left = end - time.monotonic()
            more = self._receive(max(left, 0))
            if left <= 0 and (seconds or not more):
                return

    def take(self, kind):
        for index, (got, payload) in enumerate(self.pending):
            if got == kind:
                del self.pending[index]
                return (payload,)
            if got == REFUSED and kind != REFUSED:
                reader = Reader(payload)
                raise Refused(reader.take("B"), reader.string().decode())
        return None

    def expect(self, kind, deadline=DEADLINE):
        """The payload of the next frame of that kind."""
        return self.poll(lambda: self.take(kind), "a frame of type %d" % kind, deadline)[0]

    def expect_closed(self, deadline=DEADLINE):
        end = time.monotonic() + deadline
        while not self.closed:
            if time.monotonic() > end:
                raise TimeoutError("the connection stays open")
            self._receive(0.2)

    def expect_refused(self, deadline=DEADLINE):
        reader = Reader(self.expect(REFUSED, deadline))
        code = reader.take("B")
        message = reader.string().decode()
        self.expect_closed(deadline)
        return code, message

    # Questions ---------------------------------------------------------------------------------
    def status(self):
        self.send(GET_STATUS)
        return parse_status(self.expect(STATUS))

    def screen(self, colours=False, request=7):
        self.send(GET_SCREEN, struct.pack(">IB", request, colours))
        screen = parse_screen(self.expect(SCREEN))
        assert screen["request"] == request
        return screen

    def history(self, first=0, count=1000, flags=0, request=8):
        self.send(GET_HISTORY, struct.pack(">IQIB", request, first, count, flags))
        history = parse_history(self.expect(HISTORY))
        assert history["request"] == request
        return history

    def all_history(self, flags=0, first=0):
        lines = []
        while True:
            part = self.history(first, 100000, flags)
            if not part["lines"]:
                return lines
            lines += part["lines"]
            first = part["first"] + part["count"]
            if first >= part["next"]:
                return lines

    def wait_screen(self, text, deadline=DEADLINE):
        """Asks for the screen until it holds the text; returns the screen."""
        end = time.monotonic() + deadline
        while True:
            screen = self.screen()
            if text in screen["text"]:
                return screen
            if time.monotonic() > end:
                raise TimeoutError("%r is not on the screen:\n%s" % (text, screen["text"]))
            self.drain(0.01)

    def exited(self, deadline=DEADLINE):
        return parse_exited(self.expect(EXITED, deadline))

    def close(self):
        self.sock.close()
        self.closed = True


def build_directory():
    directory = os.environ.get("HAPPY_BUILD_DIR")
    assert directory, "HAPPY_BUILD_DIR must name the build directory"
    return directory


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def memory_of(pid):
    """Its own resident memory, without the libraries', in KB."""
    with open("/proc/%d/status" % pid) as file:
        return int([line for line in file if line.startswith("RssAnon")][0].split()[1])


def has_sanitizers():
    """True when the build's programs take much more memory than those that users get."""
    with open(os.path.join(build_directory(), "happy-holder"), "rb") as file:
        return b"__asan_init" in file.read() or "HAPPY_TEST_WRAPPER" in os.environ


class Holder:
    """A happy-holder of its own, in a directory of its own. Use it in a `with` statement: that ends
    it, and what it holds, by process id."""

    def __init__(self, session="test1234", umask=None):
        program = os.path.join(build_directory(), "happy-holder")
        self.directory = tempfile.mkdtemp(prefix="hh", dir="/tmp")
        self.socket_path = os.path.join(self.directory, "holder.sock")
        self.log = open(os.path.join(self.directory, "log"), "wb+")
        ours, theirs = socket.socketpair()

        def prepare():
            os.setsid()
            # Not by dup2 onto itself, which would leave it close-on-exec.
            if theirs.fileno() == 3:
                os.set_inheritable(3, True)
            else:
                os.dup2(theirs.fileno(), 3, inheritable=True)
            if umask is not None:
                os.umask(umask)

        wrapper = os.environ.get("HAPPY_TEST_WRAPPER", "").split()
        self.process = subprocess.Popen(wrapper + [program, session], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, preexec_fn=prepare,
                                        close_fds=False)
        theirs.close()
        self.control = Connection(ours)
        self.control.hello(ROLE_CONTROL)
        self.connections = []
        self.agent_pid = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def start(self, arguments, columns=80, rows=24, terminal=True, directory="/",
              environment=None, history_lines=10000, history_bytes=2 * 1024 * 1024, quiet_ms=300,
              path=None, socket_path=None):
        """`arguments` is argv; its first is also the program's path unless `path` is given."""
        if environment is None:
            environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "HOME": "/",
                           "LANG": "C.UTF-8"}
        entries = [k + "=" + v for k, v in environment.items()]
        program = path or shutil.which(arguments[0]) or arguments[0]
        strings = [program] + list(arguments)
        payload = string(socket_path or self.socket_path) + string(directory)
        payload += struct.pack(">BHHIII", terminal, columns, rows, history_lines, history_bytes,
                               quiet_ms)
        payload += struct.pack(">I", len(strings)) + b"".join(map(string, strings))
        payload += struct.pack(">I", len(entries)) + b"".join(map(string, entries))
        self.control.send(START, payload)
        self.agent_pid = Reader(self.control.expect(STARTED)).take("I")
        return self.agent_pid

    def shell(self, script, **options):
        return self.start(["/bin/sh", "-c", script], **options)

    def python(self, script, *arguments, **options):
        return self.start(["python3", "-c", script, *arguments], **options)

    def connect(self):
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(self.socket_path)
        connection = Connection(sock)
        self.connections.append(connection)
        return connection

    def attach(self, columns=80, rows=24, flags=0, history_lines=0):
        connection = self.connect()
        connection.hello(ROLE_TERMINAL, columns, rows, flags, history_lines)
        return connection

    def new_control(self):
        connection = self.connect()
        connection.hello(ROLE_CONTROL)
        return connection

    def collect(self):
        """Takes the exit status and lets the holder end; returns (exited, holder's status)."""
        exited = self.control.exited()
        self.control.send(COLLECT)
        return exited, self.process.wait(DEADLINE)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(DEADLINE)

    def close(self):
        for connection in self.connections + [self.control]:
            connection.close()
        if self.process.poll() is None:
            # The agent dies with its holder.
            self.process.kill()
            self.process.wait(DEADLINE)
        self.log.seek(0)
        text = self.log.read()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        for mark in (b"Sanitizer", b"runtime error", b"ERROR SUMMARY"):
            if mark in text and b"0 errors from 0 contexts" not in text:
                raise AssertionError("the holder's log:\n" + text.decode("utf-8", "replace"))
