#!/usr/bin/env python3
"""The program happy-server: its start, its secret, its end."""
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../lib")]

import tap  # noqa: E402
from happy_server import PROGRAM, Server, vectors  # noqa: E402


def run(*options, **variables):
    environment = {name: value for name, value in os.environ.items() if name not in
                   ("HOST", "PORT", "DATA_DIR", "PUBLIC_URL", "HANDY_MASTER_SECRET")}
    return subprocess.run([PROGRAM, *options], env=environment | variables, capture_output=True,
                          text=True, timeout=60)


def is_known(server, token):
    """Whether the server takes the token for one of its own."""
    answer = server.request("POST", "/v1/auth/response", token=token,
                            json={"publicKey": "A" * 43 + "=", "response": "x"})
    return answer.status == 404


def test_first_start():
    """The first start makes a secret that later starts use: tokens stay good"""
    directory = tempfile.mkdtemp(prefix="hs", dir="/tmp")
    try:
        with Server(secret=None, directory=directory) as server:
            token = server.log_in()
            assert is_known(server, token)
        path = os.path.join(directory, "master-secret")
        secret = open(path, encoding="ascii").read()
        tap.equal(len(bytes.fromhex(secret)), 32, "the secret's size")
        for name in ("master-secret", "token-key", "happy-server.db"):
            mode = stat.S_IMODE(os.stat(os.path.join(directory, name)).st_mode)
            tap.equal(mode, 0o600, name + "'s mode")
        with Server(secret=None, directory=directory) as server:
            assert is_known(server, token)
            tap.equal(open(path, encoding="ascii").read(), secret, "the secret")
            assert secret not in server.log()
        with Server(secret="another", directory=directory) as server:
            assert not is_known(server, token)
        leftover = [name for name in os.listdir(directory) if name.startswith("master-secret.")]
        tap.equal(leftover, [], "drafts")
    finally:
        shutil.rmtree(directory)


def test_token_key():
    """The kept key is that of the secret: a torn or foreign one is made anew, and none is kept of a
    secret that the environment gave"""
    directory = tempfile.mkdtemp(prefix="hs", dir="/tmp")
    try:
        path = os.path.join(directory, "token-key")
        with Server(directory=directory) as server:
            assert is_known(server, server.log_in())
        assert not os.path.exists(path), os.listdir(directory)
        with open(os.path.join(directory, "master-secret"), "w", encoding="ascii",
                  opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write("test-master-secret-for-vectors\n")
        for damage in (lambda: None, lambda: os.truncate(path, 63), lambda: flip(path)):
            damage()
            with Server(secret=None, directory=directory) as server:
                token = next(case["token"] for case in token_cases() if case["valid_for_api"])
                assert is_known(server, token)
            tap.equal(os.path.getsize(path), 64, "the size of the kept key")
    finally:
        shutil.rmtree(directory)


def flip(path):
    with open(path, "r+b") as file:
        first = file.read(1)
        file.seek(0)
        file.write(bytes([first[0] ^ 1]))


def token_cases():
    document = vectors("crypto-server-token")
    return [case for name in ("verification", "cases") for case in document.get(name, ())
            if "valid_for_api" in case]


def test_tokens_of_the_public_server():
    """With the same secret, tokens that the public server issued are good, and others are not"""
    cases = token_cases()
    assert len(cases) > 3
    with Server() as server:
        for case in cases:
            tap.equal(is_known(server, case["token"]), case["valid_for_api"], case["name"])


def test_secret_that_others_can_read():
    """A secret that is open to others, or empty, is refused with what to do about it"""
    directory = tempfile.mkdtemp(prefix="hs", dir="/tmp")
    try:
        path = os.path.join(directory, "master-secret")
        with open(path, "w", encoding="ascii") as file:
            file.write("ab" * 32)
        os.chmod(path, 0o640)
        ended = run("--listen", "127.0.0.1:0", "--data-dir", directory)
        assert ended.returncode == 1 and f"chmod 600 {path}" in ended.stderr, ended
        os.chmod(path, 0o600)
        os.truncate(path, 0)
        ended = run("--listen", "127.0.0.1:0", "--data-dir", directory)
        assert ended.returncode == 2 and "is empty" in ended.stderr, ended
    finally:
        shutil.rmtree(directory)


def test_environment():
    """The secret leaves the environment, which /proc shows"""
    with Server(secret="a-secret-of-this-test") as server:
        with open(f"/proc/{server.process.pid}/environ", "rb") as file:
            assert b"a-secret-of-this-test" not in file.read()


def test_second_server():
    """A second server on the same data is refused, and so is a port that is taken"""
    with Server() as server:
        ended = run("--listen", "127.0.0.1:0", "--data-dir", server.directory)
        assert ended.returncode == 1 and ended.stderr, ended
        with tempfile.TemporaryDirectory(prefix="hs", dir="/tmp") as other:
            ended = run("--listen", f"127.0.0.1:{server.port}", "--data-dir", other)
        assert ended.returncode == 1 and str(server.port) in ended.stderr, ended


def test_options():
    """Wrong options and variables are told by name, with what would be right"""
    wrong = [(("--listen", "x:y"), {}, "port"), (("--listen", "::1:3005"), {}, "brackets"),
             (("--log-level", "loud"), {}, "debug"), (("extra",), {}, "extra"),
             (("--public-url", "x"), {}, "https://"), (("--nothing",), {}, "--help"),
             ((), {"PORT": "70000"}, "PORT")]
    for options, variables, word in wrong:
        ended = run(*options, **variables)
        assert ended.returncode == 2 and word in ended.stderr, (options, ended)
    assert "--data-dir" in run("--help").stdout
    assert run("--version").stdout.startswith("happy-server ")


def test_stop():
    """SIGTERM and SIGINT answer the request that runs, and end with status 0"""
    body = json.dumps({"platform": "", "version": "", "app_id": ""})
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server() as server, socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"POST /v1/version HTTP/1.1\r\nHost: x\r\n"
                           b"Content-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body))
            server.request("GET", "/health")  # the first request's head has been read by now
            server.process.send_signal(number)
            tap.wait_until(lambda: "stops" in server.log(), "it stops")
            client.sendall(body.encode())
            received = client.makefile("rb").read()
            assert received.startswith(b"HTTP/1.1 200") and b"updateUrl" in received, received
            tap.equal(server.stop(), 0, "the exit status")


def test_kill():
    """An account that was answered for is there after the server was killed"""
    directory = tempfile.mkdtemp(prefix="hs", dir="/tmp")
    try:
        server = Server(directory=directory)
        token = server.log_in()
        server.stop(signal.SIGKILL)
        with Server(directory=directory) as server:
            tap.equal(subject(server.log_in()), subject(token), "the account")
    finally:
        shutil.rmtree(directory)


def subject(token):
    from conformance import claims
    return claims(token)["sub"]


tap.run(globals())
