"""A happy-server of a test's own: a temporary data directory, a free port, and requests to it."""
import http.client
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

BUILD = os.environ.get("HAPPY_BUILD_DIR", os.getcwd())
SOURCE = os.environ.get("HAPPY_SOURCE_DIR", os.path.join(os.path.dirname(__file__), "../../.."))
PROGRAM = os.path.join(BUILD, "happy-server")


def vectors(name):
    with open(os.path.join(SOURCE, "tests/vectors", name + ".json"), encoding="utf-8") as file:
        return json.load(file)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """Running from its making until stop(). As a context manager it takes its data along."""

    def __init__(self, secret="test-master-secret-for-vectors", directory=None, options=()):
        self.own_directory = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="hs", dir="/tmp")
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("HOST", "PORT", "DATA_DIR", "PUBLIC_URL",
                                            "HANDY_MASTER_SECRET")}
        if secret is not None:
            self.environment["HANDY_MASTER_SECRET"] = secret
        self.errors = open(os.path.join(self.directory, "log"), "a+", encoding="utf-8")
        started = time.monotonic()
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", "127.0.0.1:0", "--data-dir", self.directory, *options],
            env=self.environment, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.url = self._read_url()
        self.start_time = time.monotonic() - started
        self.port = int(self.url.rsplit(":", 1)[1])

    def _read_url(self):
        ready = select.select([self.process.stdout], [], [], 60)[0]
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith("listening on "):
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not start: {line!r} {self.log()}")
        return line.split()[-1]

    def log(self):
        self.errors.flush()
        with open(self.errors.name, encoding="utf-8") as file:
            return file.read()

    def request(self, method, path, body=None, headers=None, token=None, **more):
        """`json` is a value to send; `body` bytes or text, as they are."""
        headers = dict(headers or {})
        if "json" in more:
            body = json.dumps(more["json"])
            headers.setdefault("Content-Type", "application/json")
        if token:
            headers["Authorization"] = "Bearer " + token
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            data = body.encode() if isinstance(body, str) else body
            for name, value in headers.items():
                connection.putheader(name, value)
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def log_in(self, who="A"):
        """The token of one of two accounts, whose signed challenges are in the vectors."""
        logins = [case for case in vectors("crypto-auth-http")["cases"]
                  if case["path"] == "/v1/auth" and case["status"] == 200]
        case = logins[0] if who == "A" else next(
            login for login in logins if login["token_claims"]["sub"] == "ACCOUNT_B")
        return self.request("POST", "/v1/auth", json=case["body"]).json["token"]

    def stop(self, number=signal.SIGTERM):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            status = self.stop()
            if kind is None and status != 0:
                raise AssertionError(f"the server ended with {status}: {self.log()}")
        finally:
            self.process.stdout.close()
            self.errors.close()
            if self.own_directory:
                shutil.rmtree(self.directory)
