"""happyctl as a person and a script use it: processes, real terminals, and a daemon by script."""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("HAPPY_SOURCE_DIR", os.path.abspath(os.path.join(HERE, "../../..")))
BUILD = os.environ.get("HAPPY_BUILD_DIR", os.getcwd())
HAPPYCTL = BUILD + "/happyctl/happyctl"
if not os.access(HAPPYCTL, os.X_OK):
    sys.exit("there is no %s; HAPPY_BUILD_DIR must name the build directory" % HAPPYCTL)
with open(HAPPYCTL, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
PATIENCE = float(os.environ.get("HAPPY_TEST_PATIENCE", "30"))


def wait_for(what, condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("waited in vain for " + what)
        time.sleep(0.01)


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Place:
    """A Happy home of its own, and happyctl in it. Use it in a `with` statement: what was started
    there is ended, by process id."""

    def __init__(self, **variables):
        self.directory = tempfile.mkdtemp(prefix="hc", dir="/tmp")
        self.home = self.directory + "/h"
        self.bin = self.directory + "/bin"
        os.mkdir(self.bin)
        self.environment = {
            "HAPPY_HOME_DIR": self.home, "HAPPY_LIBEXEC_DIR": BUILD, "HOME": self.directory,
            "PATH": self.bin + ":" + os.environ["PATH"], "TERM": "xterm-256color",
            "LANG": "C.UTF-8", "SHELL": "/bin/sh", "PS1": "$ "}
        for name in os.environ:
            if name.startswith(("ASAN_", "UBSAN_", "LSAN_")):
                self.environment[name] = os.environ[name]
        self.environment.update(variables)
        self.terminals = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, *words, stdin=None, environment=None, program=HAPPYCTL, timeout=PATIENCE, cwd=None):
        return subprocess.run([program, *words], input=stdin, text=True, capture_output=True,
                              env=dict(self.environment, **(environment or {})), timeout=timeout,
                              cwd=cwd or self.directory, check=False,
                              **({} if stdin is not None else {"stdin": subprocess.DEVNULL}))

    def ok(self, *words, **options):
        done = self.run(*words, **options)
        assert done.returncode == 0, "happyctl %s: %d\n%s%s" % (
            " ".join(words), done.returncode, done.stdout, done.stderr)
        return done.stdout

    def json(self, *words):
        return json.loads(self.ok(*words))

    def session(self, name):
        """The session object; without members when there is no such session yet."""
        done = self.run("api", "session.get", json.dumps({"session": name}))
        if done.returncode == 3:
            return {}
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    def script(self, name, text):
        path = self.bin + "/" + name
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def terminal(self, *words, columns=80, rows=24, program=HAPPYCTL, environment=None):
        terminal = Terminal([program, *words], dict(self.environment, **(environment or {})),
                            self.directory, columns, rows)
        self.terminals.append(terminal)
        return terminal

    def end_sessions(self):
        listed = self.run("list", "--all", "--json", "--no-start")
        pids = []
        if listed.returncode == 0:
            for session in json.loads(listed.stdout):
                pids += [session[key] for key in ("holderPid", "pid") if session.get(key)]
                if session["state"] in ("starting", "running"):
                    self.run("stop", "--force", "-q", session["id"])
            pids.append(json.loads(self.run("status", "--json").stdout)["pid"])
            self.run("daemon", "stop", "-q")
        for pid in pids:
            try:
                wait_for("the end of process %d" % pid, lambda pid=pid: not is_alive(pid), 5)
            except AssertionError:
                os.kill(pid, signal.SIGKILL)

    def close(self):
        for terminal in self.terminals:
            terminal.close()
        self.end_sessions()
        shutil.rmtree(self.directory, ignore_errors=True)


class Terminal:
    """A program on a terminal of its own, which stays there when the program has ended."""

    def __init__(self, command, environment, directory, columns, rows):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows, tell=False)
        self.before = self.settings()
        self.output = b""
        self.searched = 0
        self.status = None
        self.closed = False
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.master)
                os.login_tty(self.slave) if hasattr(os, "login_tty") else self._take()
                os.chdir(directory)
                os.execve(command[0], command, environment)
            except OSError as error:
                os.write(2, str(error).encode())
            os._exit(127)
        os.set_blocking(self.master, False)

    def _take(self):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for descriptor in range(3):
            os.dup2(self.slave, descriptor)
        os.close(self.slave)

    def resize(self, columns, rows, tell=True):
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings(self):
        return termios.tcgetattr(self.slave)

    def is_raw(self):
        return not self.settings()[3] & (termios.ICANON | termios.ECHO)

    def read(self, timeout=0.0):
        """What the program wrote meanwhile; False when nothing came in time."""
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except (BlockingIOError, OSError):
            return False
        self.output += data
        return bool(data)

    def type(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        end = time.monotonic() + PATIENCE
        while data:
            assert time.monotonic() < end, "nobody reads what is typed"
            self.read()
            if select.select([], [self.master], [], 0.1)[1]:
                try:
                    data = data[os.write(self.master, data):]
                except BlockingIOError:
                    pass

    def expect(self, pattern, seconds=PATIENCE):
        """Waits for the pattern behind what was found before; returns the match."""
        expression = re.compile(pattern if isinstance(pattern, bytes) else pattern.encode(), re.S)
        end = time.monotonic() + seconds
        while True:
            match = expression.search(self.output, self.searched)
            if match:
                self.searched = match.end()
                return match
            if time.monotonic() > end:
                raise AssertionError("%r did not come:\n%r" % (pattern, self.output[self.searched:]))
            if not self.read(0.1) and self.ended():
                self.drain()
                if not expression.search(self.output, self.searched):
                    raise AssertionError("ended (%s) without %r:\n%r" % (
                        self.status, pattern, self.output[self.searched:]))

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait(self, seconds=PATIENCE):
        """The exit status of the program; minus the number of the signal that ended it."""
        def over():
            self.read()
            return self.ended()
        wait_for("the end of the program", over, seconds)
        self.drain()
        return self.status

    def drain(self):
        """Reads all that was written to the terminal so far: the kernel hands it on in its own time."""
        mark = b"\0all of it\0"

        def all_of_it():
            self.read(0.01)
            return self.output.endswith(mark)
        while self.read():
            pass
        os.write(self.slave, mark)
        wait_for("the end of the output", all_of_it)
        self.output = self.output[:-len(mark)]

    def signal(self, number):
        os.kill(self.pid, number)

    def wait_raw(self):
        def raw():
            self.read()
            assert not self.ended(), "ended (%s) before raw mode:\n%r" % (self.status, self.output)
            return self.is_raw()
        wait_for("raw mode", raw)

    def hang_up(self):
        """Closes the terminal's window."""
        os.close(self.slave)
        os.close(self.master)
        self.closed = True

    def close(self):
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.status = -signal.SIGKILL
        if not self.closed:
            self.hang_up()


class ScriptedDaemon:
    """Answers on happyd's socket as told: for what a real happyd does not do on demand. `answers` maps
    a method to a result, to an exception of this class's Error, or to a function of the parameters."""

    class Error(Exception):
        def __init__(self, code, message, fix=None):
            super().__init__(message)
            self.code, self.message, self.fix = code, message, fix

    def __init__(self, place, answers):
        self.answers = answers
        self.calls = []
        run = place.home + "/run"
        os.makedirs(run + "/holders", 0o700)
        os.chmod(place.home, 0o700)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(run + "/happyd.sock")
        self.listener.listen(16)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rwb") as stream:
            for line in stream:
                request = json.loads(line)
                params = request.get("params", {})
                self.calls.append((request["method"], params))
                answer = self.answers.get(request["method"], self.Error("unsupported", "no such method"))
                if callable(answer) and not isinstance(answer, Exception):
                    answer = answer(params)
                if isinstance(answer, bytes):
                    stream.write(answer)
                elif isinstance(answer, self.Error):
                    data = {"code": answer.code, **({"fix": answer.fix} if answer.fix else {})}
                    self._send(stream, request, error={"code": -32000, "message": answer.message, "data": data})
                elif answer is not None:
                    self._send(stream, request, result=answer)
                else:
                    continue
                try:
                    stream.flush()
                except OSError:
                    return

    @staticmethod
    def _send(stream, request, **answer):
        message = {"jsonrpc": "2.0", "id": request["id"], **answer}
        stream.write(json.dumps(message).encode() + b"\n")

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


STATUS = {"version": "0.1.0", "pid": 1, "startedAt": 0, "home": "/", "socket": "/", "database": "/",
          "sessions": {"running": 1, "ended": 0}, "memoryBytes": 4096, "detachKey": "C-\\ d",
          "linger": None, "serviceManager": None}


def session_object(**members):
    return {"id": "abcd1234", "name": "shell-1", "agent": "shell", "directory": "/", "command": ["sh"],
            "state": "running", "activity": "idle", "reason": None, "exitCode": None, "createdAt": 1,
            "endedAt": None, "lastOutputAt": 1, "terminals": 0, "columns": 80, "rows": 24, "pid": 1,
            "holderPid": 1, "title": None, "nativeId": None, "resumable": False, "resumedFrom": None,
            "holderSocket": None, **members}


def main(tests):
    """Runs the tests of a module: functions whose names begin with test_."""
    wanted = sys.argv[1:]
    failed = 0
    names = [name for name in tests if name.startswith("test_") and (not wanted or name in wanted)]
    for name in names:
        title = (tests[name].__doc__ or name).strip().split("\n")[0]
        try:
            tests[name]()
            print("ok - " + title, flush=True)
        except Exception as error:  # noqa: the next tests still tell something
            failed += 1
            print("not ok - %s (%s)" % (title, name))
            import traceback
            traceback.print_exception(error)
            sys.stdout.flush()
    sys.exit(1 if failed else 0)
