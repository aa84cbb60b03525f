#!/usr/bin/env python3
"""The HTTP server with clients of all kinds: in order, in pieces, slow, half-closed, hostile."""
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from tap import equal, wait_until
from wire_driver import Closed, Connection, Program, ask

HEAD = "Host: test\r\n"


def server(head=10000, idle=10000, stall=10000, connections=0):
    return Program("http_test_server", head, idle, stall, connections)


def test_answers():
    """Fixed answers, chunked ones, HEAD, 404, on one connection"""
    with server() as program, Connection(program.port) as client:
        answer = client.ask("GET", "/hello")
        equal((answer.status, answer.text), (200, "hello"))
        equal(answer.headers["connection"], "keep-alive")
        equal(answer.headers["keep-alive"], "timeout=10")
        answer = client.ask("HEAD", "/hello")
        equal((answer.status, answer.headers["content-length"], answer.body), (200, "5", b""))
        equal(len(client.ask("GET", "/parts?3000000").body), 3000000)
        equal(client.ask("HEAD", "/parts?3000000").headers["transfer-encoding"], "chunked")
        equal(client.ask("GET", "/nowhere").status, 404)
        equal(client.ask("GET", "/peer").text, "127.0.0.1")
        answer = client.ask("GET", "/hello", headers=["Connection: close"])
        equal(answer.headers["connection"], "close")
        equal(client.at_end(), b"")


def test_old_version():
    """HTTP/1.0: closed behind the answer, chunks never, keep-alive on demand"""
    with server() as program:
        with Connection(program.port) as client:
            client.send("GET /parts?100000 HTTP/1.0\r\n\r\n")
            status, headers = client.head()
            equal((status, "transfer-encoding" in headers), (200, False))
            equal(len(client.at_end()), 100000)
        with Connection(program.port) as client:
            for _ in range(2):
                client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                equal(client.answer().text, "hello")


def test_bodies():
    """Bodies with a length and in chunks, split at every byte"""
    with server() as program, Connection(program.port) as client:
        equal(client.ask("POST", "/echo", b"x" * 100000).body, b"x" * 100000)
        equal(client.ask("POST", "/echo", b"").body, b"")
        request = f"POST /echo HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        for byte in request:
            client.send(byte)
        equal(client.answer().text, "hello world")
        equal(client.ask("POST", "/count", b"x" * 5000000).text, "5000000")
        equal(client.ask("POST", "/paused", b"x" * 5000000).text, "5000000")


def test_limits():
    """Bodies that are too large: refused by their length, or when they pass the limit"""
    with server() as program:
        with Connection(program.port) as client:
            client.send(f"POST /echo HTTP/1.1\r\n{HEAD}Content-Length: 99999999\r\n\r\n")
            answer = client.answer()
            equal((answer.status, answer.headers["connection"]), (413, "close"))
            client.at_end()
        with Connection(program.port) as client:
            client.send(f"POST /echo HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n")
            chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
            try:
                for _ in range(40):
                    client.send(chunk)
            except OSError:
                pass
            equal(client.answer().status, 413)
        equal(ask(program.port, "GET", "/hello").text, "hello")


def test_early_answer():
    """An answer before the body: a short rest is passed over, a long one ends the connection"""
    with server() as program:
        with Connection(program.port) as client:
            equal(client.ask("POST", "/early", b"x" * 1000).status, 403)
            equal(client.ask("GET", "/hello").text, "hello")
            client.send(f"POST /early HTTP/1.1\r\n{HEAD}Content-Length: 50000000\r\n\r\n" + "x" * 100000)
            answer = client.answer()
            equal((answer.status, answer.headers["connection"]), (403, "close"))
            equal(client.at_end(), b"")


def test_expectation():
    """100-continue is answered when the body is wanted; other expectations are refused"""
    with server() as program, Connection(program.port) as client:
        client.send(f"POST /echo HTTP/1.1\r\n{HEAD}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        equal(client.answer().status, 100)
        client.send("ok")
        equal(client.answer().text, "ok")
        client.send(f"POST /early HTTP/1.1\r\n{HEAD}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        equal(client.answer().status, 403)
        client.send("no")
        equal(client.ask("GET", "/hello", headers=["Expect: wonders"]).status, 417)


def test_pipeline():
    """Pipelined requests are answered in order, also when one takes its time"""
    with server() as program, Connection(program.port) as client:
        get = "GET {} HTTP/1.1\r\n" + HEAD + "\r\n"
        client.send((get.format("/hello") + get.format("/nowhere")) * 200)
        for _ in range(200):
            equal(client.answer().status, 200)
            equal(client.answer().status, 404)
        client.send(get.format("/hang") + get.format("/hello"))
        wait_until(lambda: "hanging 1" in ask(program.port, "GET", "/state").text, "the request hangs")
        ask(program.port, "GET", "/free")
        equal(client.answer().text, "freed")
        equal(client.answer().text, "hello")


def test_malformed():
    """Malformed requests get their status and the end, and never a second answer"""
    cases = [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\n{HEAD}Host: other\r\n\r\n", 400),
        (f"POST /echo HTTP/1.1\r\n{HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\n{HEAD}\r\n", 400),
        (f"POST /echo HTTP/1.1\r\n{HEAD}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400),
        (f"POST /echo HTTP/1.1\r\n{HEAD}Transfer-Encoding: gzip\r\n\r\n", 501),
        (f"GET / HTTP/1.1\r\n{HEAD}A : b\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\n{HEAD}A: b\r\n c\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: test\n\n", 400),
        (f"GET / HTTP/1.1\r\n{HEAD}A: b\0\r\n\r\n", 400),
        (f"GET / HTTP/3.0\r\n{HEAD}\r\n", 505),
        (f"BREW / HTTP/1.1\r\n{HEAD}\r\n", 501),
        (f"CONNECT test:80 HTTP/1.1\r\n{HEAD}\r\n", 501),
        ("GET /" + "x" * 20000 + f" HTTP/1.1\r\n{HEAD}\r\n", 414),
        (f"GET / HTTP/1.1\r\n{HEAD}" + "A: b\r\n" * 101 + "\r\n", 431),
        (f"GET / HTTP/1.1\r\n{HEAD}A: " + "x" * 70000 + "\r\n\r\n", 431),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ]
    with server() as program:
        for request, status in cases:
            with Connection(program.port) as client:
                client.send(request.encode("latin-1"))
                equal(client.answer().status, status, repr(request[:70]))
                equal(client.at_end(), b"", "what follows")
        equal(ask(program.port, "GET", "/hello").text, "hello")


def test_slow_loris():
    """Heads and bodies that trickle are refused with 408, silent connections are closed"""
    with server(head=400, idle=400, stall=400) as program:
        with Connection(program.port) as client:
            start = time.monotonic()
            client.send("GET / HTTP/1.1\r\n")
            try:
                while time.monotonic() < start + 5:
                    client.send("A: b\r\n")
                    client.sock.settimeout(0.1)
                    try:
                        client.fill()
                        break
                    except TimeoutError:
                        pass
            except OSError:
                pass
            client.sock.settimeout(10)
            equal(client.answer().status, 408)
            assert time.monotonic() - start < 4
        with Connection(program.port) as client:
            client.send(f"POST /echo HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\nx")
            equal(client.answer().status, 408)
        with Connection(program.port) as client:
            equal(client.at_end(), b"")
        with Connection(program.port) as client:
            equal(client.ask("GET", "/hello").text, "hello")
            equal(client.at_end(), b"")
        equal(ask(program.port, "GET", "/state").text.split(",")[2], " lost 1")


def test_paused_meanwhile():
    """A body that the server does not want for a while is not late, whenever it was paused"""
    with server(stall=400) as program, Connection(program.port) as client:
        client.send(f"POST /later?1000 HTTP/1.1\r\n{HEAD}Content-Length: 10\r\n\r\nx")
        time.sleep(0.8)
        client.send("x" * 9)
        equal(client.answer().text, "10")


def test_reader_that_stops():
    """Who does not read his answer is cut off, and the writer was held back"""
    with server(stall=400) as program, Connection(program.port, receive_buffer=4096) as client:
        before = program.memory()
        client.request("GET", "/parts?200000000")
        wait_until(lambda: "lost 1," in ask(program.port, "GET", "/state").text, "the reader is cut off")
        assert program.memory() - before < 8 * 1024 * 1024, "the answer was not kept in memory"


def test_slow_reader():
    """Who reads slowly gets everything"""
    with server(stall=1000) as program, Connection(program.port, receive_buffer=262144) as client:
        client.request("GET", "/parts?3000000")
        client.head()
        time.sleep(0.3)
        equal(len(client.chunks()), 3000000)


def test_half_closed():
    """A client that closes its side still gets its answer; a hanging request hears of it"""
    with server() as program:
        with Connection(program.port) as client:
            client.request("GET", "/hello")
            client.request("GET", "/hello")
            client.sock.shutdown(socket.SHUT_WR)
            equal(client.answer().text, "hello")
            equal(client.answer().text, "hello")
            equal(client.at_end(), b"")
        with Connection(program.port) as client:
            client.request("GET", "/hang")
            client.sock.shutdown(socket.SHUT_WR)
            equal(client.at_end(), b"")
        equal(ask(program.port, "GET", "/state").text.split(",")[1], " finished 1")
        with Connection(program.port) as client:
            client.send(f"POST /count HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\nx")
            client.sock.shutdown(socket.SHUT_WR)
            equal(client.at_end(), b"")
        equal(ask(program.port, "GET", "/state").text.split(",")[2], " lost 1")


def test_endings():
    """No answer, an answer that is cut short"""
    with server() as program:
        with Connection(program.port) as client:
            client.request("GET", "/abort")
            equal(client.at_end(), b"")
        with Connection(program.port) as client:
            client.request("GET", "/short?100")
            equal(client.head()[1]["content-length"], "100")
            equal(client.at_end(), b"short")


def test_take_over():
    """A connection is taken over, with the bytes behind its request"""
    with server() as program:
        with Connection(program.port) as client:
            client.send(f"GET /take HTTP/1.1\r\n{HEAD}Connection: upgrade\r\nUpgrade: echo\r\n\r\nearly bytes")
            equal(client.head()[0], 101)
            equal(client.take(11), b"early bytes")
            client.send(b"\0\1\2")
            equal(client.take(3), b"\0\1\2")
        equal(ask(program.port, "POST", "/take", b"body").status, 400)
        wait_until(lambda: ask(program.port, "GET", "/state").text.endswith("connections 1"), "all are gone")


def test_full():
    """More connections than allowed wait for their turn"""
    with server(connections=3) as program:
        first = [Connection(program.port) for _ in range(3)]
        for client in first:
            equal(client.ask("GET", "/hello").text, "hello")
        with Connection(program.port) as late:
            late.request("GET", "/hello")
            late.sock.settimeout(0.3)
            try:
                late.fill()
                raise AssertionError("the fourth was served")
            except TimeoutError:
                pass
            first.pop().sock.close()
            late.sock.settimeout(10)
            equal(late.answer().text, "hello")
        for client in first:
            client.sock.close()


def test_many():
    """A thousand idle connections take less than 2 KiB each, and nobody else's time"""
    with server(idle=60000) as program:
        ask(program.port, "GET", "/hello")
        before = program.memory()
        clients = [Connection(program.port) for _ in range(1000)]
        for client in clients:
            client.request("GET", "/hello")
        for client in clients:
            equal(client.answer().text, "hello")
        each = (program.memory() - before) / len(clients)
        for client in clients:
            client.sock.close()
        wait_until(lambda: ask(program.port, "GET", "/state").text.endswith("connections 1"), "all are gone")
        assert each < 2048, f"{each:.0f} bytes each"


def test_stop():
    """Asked to stop, the server ends what is idle and finishes what runs"""
    with server() as program:
        idle, busy = Connection(program.port), Connection(program.port)
        equal(idle.ask("GET", "/hello").text, "hello")
        busy.request("GET", "/parts?20000000")
        wait_until(lambda: busy.fill() or busy.input, "it runs")
        program.process.stdin.close()
        equal(idle.at_end(), b"")
        busy.head()
        equal(len(busy.chunks()), 20000000)
        equal(busy.at_end(), b"")
        equal(program.process.wait(10), 0)
        idle.sock.close()
        busy.sock.close()


def test_tls():
    """The same through TLS"""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
        if subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                           "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=test", "-days", "2"],
                          stderr=subprocess.DEVNULL, check=False).returncode != 0:
            raise tap.Skip("openssl cannot make a certificate")
        os.chmod(key, 0o600)
        with Program("http_test_server", 10000, 10000, 10000, 0, certificate, key) as program:
            context = ssl.create_default_context(cafile=certificate)
            context.check_hostname = False
            client = Connection(program.port)
            client.sock = context.wrap_socket(client.sock)
            equal(client.ask("GET", "/hello").text, "hello")
            equal(client.ask("POST", "/echo", b"x" * 1000000).body, b"x" * 1000000)
            equal(len(client.ask("GET", "/parts?5000000").body), 5000000)
            client.sock.close()


if __name__ == "__main__":
    tap.run(globals())
