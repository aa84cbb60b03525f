#!/usr/bin/env python3
"""The HTTP client against servers that do everything a server can do."""
import os
import socket
import sys
import tempfile
import threading
import time

sys.path[:0] = [os.path.join(os.environ["HAPPY_SOURCE_DIR"], "tests/integration", part)
                for part in ("lib", "net")]
import tap  # noqa: E402
from fetch import fetch, fetch_all, read, refused, start  # noqa: E402
from servers import Reader, Server, answer, http, scripted  # noqa: E402
from tap import equal, wait_until  # noqa: E402


def url(server, path="/"):
    return f"http://127.0.0.1:{server.port}{path}"


# ---- connections ----

def test_keep_alive():
    """ten requests use one connection"""
    with http(lambda request, number: answer(b"%d" % number)) as server:
        answers = fetch_all(url(server), "-n", 10)
        equal([reply.body for reply in answers], ["0"] * 10)
        equal(server.connections, 1, "connections")


def test_parallel_bound():
    """twenty calls at once get six connections, and all are answered"""
    most, now, lock = [0], [0], threading.Lock()

    def respond(request, number):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return answer(b"x")

    with http(respond) as server:
        answers = fetch_all(url(server), "-n", 20, "-P", 20)
        equal([reply.status for reply in answers], [200] * 20)
        equal(server.connections, 6, "connections")
        equal(most[0], 6, "requests at once")


def test_close_is_obeyed():
    """Connection: close and HTTP/1.0 answers end their connection"""
    for reply in (answer(b"x", "200 OK", "Connection: close"),
                  b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
                  b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx"):
        with scripted(reply) as server:
            equal([item.body for item in fetch_all(url(server), "-n", 2)], ["x", "x"])
            equal(server.connections, 2, "connections")


def test_idle_close_is_noticed():
    """a kept connection that the server closed meanwhile is not used"""
    with scripted(answer(b"x")) as server:
        answers = fetch_all(url(server), "-n", 3, "-g", 50, "-X", "POST", "-d", "a")
        equal([reply.status for reply in answers], [200] * 3)
        equal(server.connections, 3, "connections")


def test_retry():
    """a kept connection that dies under a GET is replaced once"""
    seen = []

    def handle(connection, number):
        reader = Reader(connection)
        reader.request()
        connection.sendall(answer(b"%d" % number))
        seen.append((number, reader.request()))  # the second request is read, and not answered

    with Server(handle) as server:
        answers = fetch_all(url(server), "-n", 2)
        equal([reply.body for reply in answers], ["0", "1"])
        assert seen[0][1].method == "GET", seen


def test_no_retry_of_post():
    """a POST that was sent is not sent again"""
    with scripted(answer(b"x")) as server:
        server.handle = post_killer
        answers = fetch_all(url(server), "-n", 2, "-X", "POST", "-d", "a")
        equal(answers[0].status, 200)
        refused(answers[1], "closed", "closed the connection before it answered")
        equal(server.connections, 1, "connections")


def post_killer(connection, number):
    reader = Reader(connection)
    reader.request()
    connection.sendall(answer(b"x"))
    reader.request()


def test_no_second_retry():
    """a fresh connection that dies is an error"""
    with Server(lambda connection, number: Reader(connection).request()) as server:
        refused(fetch(url(server)), "closed", "127.0.0.1", "closed the connection before it answered")
        equal(server.connections, 1, "connections")


def test_stray_bytes_end_a_kept_connection():
    """bytes that nobody asked for are not taken for the next answer"""
    def handle(connection, number):
        reader = Reader(connection)
        reader.request()
        connection.sendall(answer(b"x") + (answer(b"evil") if number == 0 else b""))
        reader.request()

    with Server(handle) as server:
        equal([reply.body for reply in fetch_all(url(server), "-n", 2)], ["x", "x"])
        equal(server.connections, 2, "connections")


def test_unix_socket():
    """a UNIX socket is spoken to as a server"""
    with tempfile.TemporaryDirectory(prefix="happy-net-") as directory:
        path = os.path.join(directory, "s")
        with http(lambda request, number: answer(request.fields["host"].encode()),
                  family=socket.AF_UNIX, address=path):
            equal(fetch("http://agent.local/", "-u", path).body, "agent.local")
        refused(fetch("http://agent.local/", "-u", path + "x"), "closed", path)


def test_idle_process_sleeps():
    """with a kept connection and nothing to do the process is not woken"""
    with http(lambda request, number: answer(b"x")) as server:
        answers, figures = read(start(url(server), "-i", 3))
        equal(answers[0].status, 200)
        equal(figures["wakeups"], 0, "wake-ups")


# ---- answers ----

def test_bodies():
    """lengths, chunks and bodies that end with the connection"""
    big = b"0123456789" * 30000
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (b"abc", b"d", big))
    for reply, length in ((answer(big), len(big)),
                          (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks +
                           b"0\r\nTrailer: x\r\n\r\n", len(big) + 4),
                          (b"HTTP/1.1 200 OK\r\n\r\n" + big, len(big)),
                          (answer(b""), 0)):
        with scripted(reply) as server:
            got = fetch(url(server))
            equal((got.status, got.length), (200, length))


def test_byte_by_byte():
    """an answer that comes in single bytes"""
    reply = (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
             b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")

    def handle(connection, number):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Reader(connection).request()
        for byte in reply:
            connection.sendall(bytes([byte]))

    with Server(handle) as server:
        equal(fetch(url(server)).body, "abc")


def test_no_body():
    """HEAD, 204 and 304 have none, whatever they announce"""
    cases = ((["-X", "HEAD"], answer(b"", "200 OK")[:-5] + b"9\r\n\r\n", 200),
             ([], b"HTTP/1.1 204 No Content\r\n\r\n", 204),
             ([], b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304))
    for options, reply, status in cases:
        with scripted(reply, then_close=False) as server:
            got = fetch(url(server), *options)
            equal((got.status, got.length), (status, 0))


def test_informational():
    """1xx answers are skipped, 101 and a flood of them are refused"""
    with scripted(b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + answer(b"x")) as server:
        equal(fetch(url(server)).body, "x")
    with scripted(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n") as server:
        equal(fetch(url(server)).code, "invalid")
    with scripted(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000) as server:
        equal(fetch(url(server)).code, "invalid")


def test_malformed_answers():
    """answers that make no sense are refused"""
    ok = b"HTTP/1.1 200 OK\r\n"
    for reply in (b"SSH-2.0-x\r\n\r\n", b"HTTP/2 200 OK\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x16",
                  ok + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                  ok + b"Content-Length: -1\r\n\r\n", ok + b"Content-Length: 1x\r\n\r\na",
                  ok + b"Content-Length: 99999999999999999999\r\n\r\na",
                  ok + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                  ok + b"Transfer-Encoding: gzip\r\n\r\nx",
                  ok + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                  ok + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                  ok + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
                  ok + b"A : b\r\n\r\n", ok + b" folded: x\r\n\r\n", ok + b"A: b\nC: d\r\n\r\n",
                  ok + b"A: " + b"x" * 70000 + b"\r\n\r\n", ok + b"A: b\r\n" * 101 + b"\r\n",
                  b"x" * 100000):
        with scripted(reply) as server:
            got = fetch(url(server))
            refused(got, "invalid", "127.0.0.1", "malformed")


def test_large_head():
    """a head of 60 KiB is taken"""
    fields = [f"X-{number}: {'y' * 1000}" for number in range(58)]
    with scripted(answer(b"x", "200 OK", *fields)) as server:
        equal(len(fetch(url(server)).fields), 59)


def test_cut_off():
    """a server that closes at any point of its answer is told as such"""
    whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    for end in range(1, len(whole)):
        with scripted(whole[:end]) as server:
            refused(fetch(url(server)), "closed", "127.0.0.1", "in the middle of its answer")
    with scripted(answer(b"abc")[:-1]) as server:
        refused(fetch(url(server)), "closed", "in the middle of its answer")


def test_reset():
    """a server that resets the connection"""
    def handle(connection, number):
        Reader(connection).request()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with Server(handle) as server:
        equal(fetch(url(server)).code, "closed")


def test_limit():
    """a collected body has a bound"""
    with scripted(answer(b"x" * 1000)) as server:
        refused(fetch(url(server), "-l", 999), "limit", "999")
        equal(fetch(url(server), "-l", 1000).length, 1000)


# ---- time ----

def test_timeouts():
    """each timeout is told by what was waited for"""
    def mute(connection, number):
        Reader(connection).request()
        connection.recv(1)

    def stalling(connection, number):
        Reader(connection).request()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        connection.recv(1)

    def dripping(connection, number):
        Reader(connection).request()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with Server(mute) as server:
        refused(fetch(url(server), "-t", "0,200,0,0"), "timeout", "did not answer within 0.2 s")
    with Server(stalling) as server:
        refused(fetch(url(server), "-t", "0,0,200,0"), "timeout", "no more of its answer")
    with Server(dripping) as server:
        refused(fetch(url(server), "-t", "0,0,200,500"), "timeout", "took longer than 0.5 s")


def test_server_that_reads_nothing():
    """a request that the server does not take times out"""
    def deaf(connection, number):
        while not server.stopping.wait(0.05):
            pass

    with Server(deaf) as server:
        server.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        got = fetch(url(server), "-X", "POST", "-s", 50000000, "-d", "x" * 60000, "-t", "0,0,300,0")
        refused(got, "timeout", "took no more of the request")


# ---- bodies of requests ----

def test_request_bodies():
    """bodies from memory and streamed, with a length and in chunks"""
    def respond(request, number):
        kind = request.fields.get("transfer-encoding", request.fields.get("content-length"))
        return answer(f"{request.method} {kind} {len(request.body)}".encode())

    with http(respond) as server:
        equal(fetch(url(server), "-X", "POST", "-d", "x" * 100000).body, "POST 100000 100000")
        equal(fetch(url(server), "-X", "POST").body, "POST 0 0")
        equal(fetch(url(server)).body, "GET None 0")
    with http(lambda request, number: answer(b"%d" % len(request.body),
                                             "200 OK", "X-Length: %d" % len(request.body))) as server:
        for option, length in ((1000000, 1000000), (-1, 3000), (0, 0)):
            got = fetch_all(url(server), "-X", "PUT", "-s", option, "-d", "x" * 3000, "-n", 2)
            equal([item.fields["x-length"] for item in got], [str(length)] * 2)


def test_early_answer():
    """an answer that comes before the request is sent whole is taken"""
    def handle(connection, number):
        connection.recv(1000)
        connection.sendall(answer(b"no", "413 Content Too Large", "Connection: close"))
        server.stopping.wait(1)

    with Server(handle) as server:
        got = fetch(url(server), "-X", "POST", "-d", "x" * 100000)
        equal((got.status, got.body), (413, "no"))


# ---- streams ----

def test_back_pressure():
    """a paused call lets the server wait"""
    sent = [0]

    def handle(connection, number):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        Reader(connection).request()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        for _ in range(500):
            connection.sendall(b"x" * 100000)
            sent[0] += 100000

    with Server(handle) as server:
        process = start(url(server), "-m", "pause", "-p", 1000)
        wait_until(lambda: sent[0] > 0, "the server sends")
        time.sleep(0.5)  # the call is paused for twice as long
        held = sent[0]
        answers, _ = read(process)
        assert held < 20000000, f"{held} bytes were taken while paused"
        equal(answers[0].length, 50000000)


def test_cancel():
    """a call cancelled in the middle of its body leaves the client usable"""
    def handle(connection, number):
        Reader(connection).request()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 100000)
        connection.recv(1)

    with Server(handle) as server:
        answers = fetch_all(url(server), "-m", "cancel", "-n", 3)
        equal([item.cancelled for item in answers], [True] * 3)


def test_client_freed():
    """a client freed with calls of every kind under way"""
    with Server(lambda connection, number: connection.recv(100000) and connection.recv(1)) as server:
        for milliseconds in (0, 5, 50):
            read(start(url(server), "-n", 10, "-P", 10, "-L", milliseconds))


# ---- redirects ----

def test_redirects():
    """redirects to the same origin are followed, by Fetch's rules"""
    def respond(request, number):
        if request.target == "/end":
            return answer(f"{request.method} {len(request.body)} "
                          f"{request.fields.get('content-type')}".encode())
        return answer(b"moved", f"{request.target[1:4]} Moved", "Location: end")

    with http(respond) as server:
        for status, method, expected in ((301, "POST", "GET 0 None"), (302, "POST", "GET 0 None"),
                                         (303, "POST", "GET 0 None"), (303, "PUT", "GET 0 None"),
                                         (302, "PUT", "PUT 3 text/x"), (307, "POST", "POST 3 text/x"),
                                         (308, "POST", "POST 3 text/x")):
            got = fetch(url(server, f"/{status}"), "-X", method, "-d", "abc", "-H", "Content-Type: text/x")
            equal(got.body, expected, f"{status} {method}")
            equal(got.url, url(server, "/end"))
        equal(fetch(url(server, "/302"), "-R").status, 302)
        equal(fetch(url(server, "/304")).status, 304)
        got = fetch(url(server, "/307"), "-X", "POST", "-s", 3, "-d", "abc")
        refused(got, "unsupported", "can be sent only once")


def test_redirects_refused():
    """redirects elsewhere, in circles and to nonsense are refused"""
    target = [""]
    with http(lambda request, number: answer(b"", "302 Found", f"Location: {target[0]}")) as server:
        for target[0] in ("https://127.0.0.1:%d/" % server.port, "http://localhost:%d/" % server.port,
                          "//127.0.0.1/", "http://127.0.0.1:1/"):
            refused(fetch(url(server)), "refused", "another server")
        for target[0] in ("ftp://127.0.0.1/", "http://a b/", "/%zz", "http://", "javascript:1"):
            equal(fetch(url(server)).code, "invalid", target[0])
        target[0] = "/again"
        refused(fetch(url(server)), "limit", "more than 5 times")


def test_redirect_with_large_body():
    """a redirect's body is not read to its end when it is long"""
    def handle(connection, number):
        request = Reader(connection).request()
        if request.target == "/end":
            connection.sendall(answer(b"x"))
            return
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 900000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 10000)

    with Server(handle) as server:
        equal(fetch(url(server)).body, "x")
        equal(server.connections, 2, "connections")


# ---- what callers may ask ----

def test_bad_requests():
    """requests that cannot be sent are refused at once"""
    for options in (["-H", "Host: x"], ["-H", "Content-Length: 3"], ["-H", "A: b\r\nC: d"],
                    ["-H", "A b: c"], ["-X", "GET /"], ["-X", ""]):
        equal(fetch("http://127.0.0.1:1/", *options).code, "invalid", repr(options))
    for bad in ("", "x", "ws://h/", "http://", "http://u:p@h/", "http://h:0/", "http://h:99999/", "http://h/ ",
                "http://256.1.1.1/", "http://[::g]/"):
        equal(fetch(bad).code, "invalid", bad)


tap.run(globals())
