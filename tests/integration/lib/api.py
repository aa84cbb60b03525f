"""The local API for tests: a client, and a private happyd with its holders."""
import base64
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

from tap import wait_until

BUILD = os.environ.get("HAPPY_BUILD_DIR", os.getcwd())
PATIENCE = 60  # seconds; machines that build for everybody are slow


class ApiError(Exception):
    """An error answer."""

    def __init__(self, method, error):
        data = error.get("data") or {}
        super().__init__(f"{method}: {error['message']} [{data.get('code')}, {error['code']}] {data.get('fix', '')}")
        self.number, self.message = error["code"], error["message"]
        self.code, self.fix = data.get("code"), data.get("fix")


class Client:
    """One connection. Answers are matched by number, notifications are kept in `notifications`."""

    def __init__(self, path, timeout=PATIENCE):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.buffer = b""
        self.next_id = 1
        self.answers, self.notifications = {}, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def read_message(self):
        """The next message as it comes. EOFError when the connection has ended."""
        while b"\n" not in self.buffer:
            try:
                block = self.socket.recv(1 << 18)
            except ConnectionError as problem:
                raise EOFError from problem
            if not block:
                raise EOFError
            self.buffer += block
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def take_message(self):
        message = self.read_message()
        if "method" in message:
            self.notifications.append(message)
        else:
            self.answers[message.get("id")] = message

    def send(self, method, **params):
        """Sends a request and returns its number, for answer()."""
        number = self.next_id
        self.next_id += 1
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        try:
            self.socket.sendall(json.dumps(request).encode() + b"\n")
        except ConnectionError as problem:
            raise EOFError from problem
        return number

    def answer(self, number, method="answer"):
        while number not in self.answers:
            self.take_message()
        message = self.answers.pop(number)
        if "error" in message:
            raise ApiError(method, message["error"])
        return message["result"]

    def call(self, method, **params):
        return self.answer(self.send(method, **params), method)

    def notification(self, timeout=PATIENCE):
        self.socket.settimeout(timeout)
        try:
            while not self.notifications:
                self.take_message()
        finally:
            self.socket.settimeout(PATIENCE)
        return self.notifications.pop(0)

    def fails(self, code, method, **params):
        """The call must fail with that code; returns the error."""
        try:
            result = self.call(method, **params)
        except ApiError as error:
            assert error.code == code, f"{method} failed with {error}, not {code}"
            return error
        raise AssertionError(f"{method} {params} did not fail with {code} but gave {result}")


def output_of(notification):
    """Offset and bytes of a session.output."""
    assert notification["method"] == "session.output", notification
    params = notification["params"]
    return params["offset"], base64.b64decode(params["base64"])


def children_of(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        pass
    return found


def kill_tree(pid):
    """SIGKILL to a process and all its descendants, by their ids."""
    for child in children_of(pid):
        kill_tree(child)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Daemon:
    """A private happyd in a Happy home of its own. Everything it started is killed at the end."""

    def __init__(self, settings=None, environment=None, start=True, home=None):
        self.own_home = home is None
        self.directory = tempfile.mkdtemp(prefix="hd-", dir="/tmp")
        self.home = home or self.directory + "/h"
        os.makedirs(self.home, mode=0o700, exist_ok=True)
        self.socket = self.home + "/run/happyd.sock"
        self.database = self.home + "/happyd.db"
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("NOTIFY_SOCKET", "LISTEN_FDS", "INVOCATION_ID", "JOURNAL_STREAM")}
        self.environment.update(HAPPY_HOME_DIR=self.home, HAPPY_LIBEXEC_DIR=BUILD,
                                XDG_RUNTIME_DIR="/nonexistent")
        self.environment.update(environment or {})
        self.log = self.directory + "/happyd.log"
        self.process = None
        self.clients = []
        if settings is not None:
            self.write_settings(settings)
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for log in (self.log, self.home + "/logs/holder.log"):
            if kind and os.path.exists(log):
                with open(log, errors="replace") as file:
                    print(f"# {log}:\n" + "".join(file.read().splitlines(True)[-60:]))
        self.close()

    def write_settings(self, settings):
        with open(self.home + "/happyd.json", "w") as file:
            file.write(settings if isinstance(settings, str) else json.dumps(settings))

    def start(self, *arguments, **options):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([BUILD + "/happyd", "--log-level=debug", *arguments],
                                            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            **options)
        wait_until(self.answers, "happyd answers")

    def answers(self):
        if self.process.poll() is not None:
            with open(self.log) as log:
                raise AssertionError(f"happyd ended with {self.process.returncode}: {log.read()[-2000:]}")
        try:
            with Client(self.socket) as client:
                return client.call("daemon.status")["pid"] == self.process.pid
        except (OSError, EOFError):
            return False

    def run(self, *arguments, **options):
        """Runs another happyd to its end; returns its exit status and its words."""
        done = subprocess.run([BUILD + "/happyd", *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE, **options)
        return done.returncode, done.stdout + done.stderr

    def kill(self):
        """SIGKILL, as a crash."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM. Returns the exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def restart(self):
        self.kill()
        start = time.monotonic()
        self.start()
        return time.monotonic() - start

    def client(self):
        client = Client(self.socket)
        self.clients.append(client)
        return client

    def start_shell(self, script, client=None, **params):
        """A session that runs `sh -c script`."""
        with Client(self.socket) as own:
            return (client or own).call("session.start", **self.shell(script), **params)

    def shell(self, script):
        return {"command": ["/bin/sh", "-c", script], "directory": self.directory,
                "environment": ["PATH=/usr/bin:/bin", "HOME=" + self.directory, "TERM=xterm"]}

    def log_text(self):
        with open(self.log) as file:
            return file.read()

    def rows(self, sql, *values):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def close(self):
        for client in self.clients:
            client.close()
        if self.process and self.process.poll() is None:
            self.kill()
        try:
            rows = self.rows("SELECT id, pid, holder_pid FROM session WHERE state IN ('starting', 'running')")
        except sqlite3.Error:
            rows = []
        for session, _, holder in rows:
            try:
                with open(f"/proc/{holder}/cmdline", "rb") as file:
                    if session.encode() in file.read():
                        kill_tree(holder)
            except OSError:
                pass
        shutil.rmtree(self.directory, ignore_errors=True)
