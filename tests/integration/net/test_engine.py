#!/usr/bin/env python3
"""Engine.IO over HTTP: the checks of requests, the faults of long polling, the upgrade."""
import gzip
import json
import os
import socket
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from tap import equal, wait_until
from wire_driver import Connection, Program, WebSocket, ask

PATH = "/v1/updates/"


def server(application="engine", *more):
    return Program("realtime_server", "--app", application, "--path", "/v1/updates", "--ping-interval", 20000,
                   "--ping-timeout", 20000, *more)


def open_session(program):
    return json.loads(ask(program.port, "GET", f"{PATH}?EIO=4&transport=polling").text[1:])["sid"]


def target(sid, more=""):
    return f"{PATH}?EIO=4&transport=polling&sid={sid}{more}"


def known(program, sid):
    """A GET with a method that is never taken tells whether there is such a session."""
    return ask(program.port, "PUT", target(sid)).status == 500


def pending_poll(program, sid):
    client = Connection(program.port)
    client.request("GET", target(sid))
    time.sleep(0.05)
    return client


def refusal(code, message):
    return {"code": code, "message": message}


def test_checks():
    """Requests that are refused, with their codes"""
    cases = [
        ("GET", "", 400, refusal(0, "Transport unknown")),
        ("GET", "?EIO=4", 400, refusal(0, "Transport unknown")),
        ("GET", "?EIO=4&transport=webtransport", 400, refusal(0, "Transport unknown")),
        ("GET", "?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", 400, refusal(1, "Session ID unknown")),
        ("GET", "?EIO=4&transport=polling&sid=x", 400, refusal(1, "Session ID unknown")),
        ("POST", "?EIO=4&transport=polling", 400, refusal(2, "Bad handshake method")),
        ("GET", "?EIO=4&transport=websocket", 400, refusal(3, "Bad request")),
        ("GET", "?EIO=3&transport=polling", 400, refusal(5, "Unsupported protocol version")),
        ("GET", "?transport=polling", 400, refusal(5, "Unsupported protocol version")),
    ]
    with server() as program, Connection(program.port) as client:
        for method, query, status, body in cases:
            answer = client.ask(method, PATH + query)
            equal((answer.status, answer.text), (status, json.dumps(body, separators=(",", ":"))), query)
            equal(answer.headers["content-type"], "application/json")
            equal(answer.headers["access-control-allow-origin"], "*")
            equal(answer.headers["access-control-allow-credentials"], "true")
        answer = client.ask("PUT", target(open_session(program)))
        equal((answer.status, answer.body), (500, b""))
        answer = client.ask("GET", f"{PATH}anything/here?EIO=4&transport=polling")
        equal(answer.status, 200)
        equal(client.ask("GET", "/v1/updatesX?EIO=4&transport=polling").status, 404)


def test_preflight():
    """CORS preflight"""
    with server() as program, Connection(program.port) as client:
        answer = client.ask("OPTIONS", PATH)
        equal(answer.status, 204)
        equal(answer.headers["access-control-allow-methods"], "GET,POST,OPTIONS")
        equal(answer.headers["access-control-allow-headers"], "*")
        equal(answer.headers["content-length"], "0")
        equal(client.ask("OPTIONS", PATH).status, 204)


def test_refused_upgrades():
    """Upgrades that are refused: plain text, and the end"""
    with server() as program:
        for query, message in (("EIO=4", "Transport unknown"), ("EIO=3&transport=websocket", "Unsupported protocol version"),
                               ("EIO=4&transport=websocket&sid=unknown", "Session ID unknown")):
            with WebSocket(program.port, f"{PATH}?{query}", check=False) as client:
                equal((client.status, client.headers["connection"]), (400, "close"))
                equal(client.headers["content-type"], "text/html")
                equal(client.take(int(client.headers["content-length"])).decode(), message)
                client.at_end()
        with WebSocket(program.port, f"{PATH}?EIO=4&transport=polling") as client:
            equal(client.close_code(), 1005)


def test_poll_headers():
    """What a poll and a POST are answered with"""
    with server() as program, Connection(program.port) as client:
        answer = client.ask("GET", f"{PATH}?EIO=4&transport=polling")
        equal(answer.headers["content-type"], "text/plain; charset=UTF-8")
        equal(answer.headers["cache-control"], "no-store")
        sid = json.loads(answer.text[1:])["sid"]
        equal(len(sid), 20)
        answer = client.ask("POST", target(sid), b"4x")
        equal((answer.text, answer.headers["content-type"]), ("ok", "text/html"))
        answer = client.ask("GET", target(sid), headers=["User-Agent: Mozilla (x;MSIE 9)"])
        equal((answer.text, answer.headers["x-xss-protection"]), ("4x", "0"))


def test_double_requests():
    """A second poll, and a second POST, end the session"""
    with server() as program:
        sid = open_session(program)
        first = pending_poll(program, sid)
        answer = ask(program.port, "GET", target(sid))
        equal((answer.status, answer.body), (400, b""))
        equal(first.answer().text, "1")
        assert not known(program, sid)
        sid = open_session(program)
        with Connection(program.port) as half:
            half.send(f"POST {target(sid)} HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n4")
            time.sleep(0.05)
            answer = ask(program.port, "POST", target(sid), b"4x")
            equal((answer.status, answer.body), (400, b""))
            equal(half.at_end(), b"")
        assert not known(program, sid)
        first.sock.close()


def test_lost_connections():
    """A pending poll or an unfinished POST whose connection drops ends the session"""
    with server() as program:
        sid = open_session(program)
        pending_poll(program, sid).sock.close()
        wait_until(lambda: not known(program, sid), "the session ends with its poll")
        sid = open_session(program)
        with Connection(program.port) as half:
            half.send(f"POST {target(sid)} HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n4")
            time.sleep(0.05)
        wait_until(lambda: not known(program, sid), "the session ends with its POST")


def test_sizes():
    """A body over 1000000 bytes: 413, and the session stays"""
    with server() as program:
        sid = open_session(program)
        equal(ask(program.port, "POST", target(sid), b"4" + b"x" * 1000000).status, 413)
        with Connection(program.port) as client:
            client.send(f"POST {target(sid)} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                for _ in range(30):
                    client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            except OSError:
                pass
            equal(client.answer().status, 413)
        assert known(program, sid)
        equal(ask(program.port, "POST", target(sid), b"4" + b"x" * 999999).text, "ok")
        equal(len(ask(program.port, "GET", target(sid)).body), 1000000)


def test_faults():
    """Payloads and types that make no sense end the session"""
    with server() as program:
        for body in (b"", b"abc", b"4x\x1e", b"4x\x1e9"):
            sid = open_session(program)
            equal(ask(program.port, "POST", target(sid), body).text, "ok", repr(body))
            equal(ask(program.port, "GET", target(sid)).status, 400, repr(body))
        sid = open_session(program)
        equal(ask(program.port, "POST", target(sid), b"4x", ["Content-Type: application/octet-stream"]).status, 400)
        assert not known(program, sid)
    with server("socket") as program:
        sid = open_session(program)
        equal(ask(program.port, "POST", target(sid), b'42["early"]').text, "ok")
        equal(ask(program.port, "GET", target(sid)).text, "6\x1e1")
        equal(ask(program.port, "GET", target(sid)).status, 400)


def test_compression():
    """Answers of 1024 bytes and more are compressed as accepted"""
    message = b"4" + b"x" * 1023
    with server() as program:
        def poll(accepted, body=message):
            sid = open_session(program)
            ask(program.port, "POST", target(sid), body)
            answer = ask(program.port, "GET", target(sid), headers=[f"Accept-Encoding: {accepted}"])
            return answer.headers.get("content-encoding"), answer.body
        coding, body = poll("br, deflate;q=0.5, gzip")
        equal((coding, gzip.decompress(body)), ("gzip", message))
        coding, body = poll("deflate")
        equal((coding, zlib.decompress(body)), ("deflate", message))
        equal(poll("gzip;q=0, br"), (None, message))
        equal(poll("identity"), (None, message))
        equal(poll("gzip", message[:1023]), (None, message[:1023]))
        equal(poll("*")[0], "gzip")


def test_jsonp():
    """JSONP: a script, and a form"""
    with server() as program:
        answer = ask(program.port, "GET", f"{PATH}?EIO=4&transport=polling&j=0")
        equal(answer.headers["content-type"], "text/javascript; charset=UTF-8")
        assert answer.text.startswith('___eio[0]("0{') and answer.text.endswith('");'), answer.text
        sid = answer.text.split('sid\\":\\"')[1][:20]
        equal(ask(program.port, "POST", target(sid, "&j=0"), b"d=4hello").text, "ok")
        equal(ask(program.port, "GET", target(sid, "&j=1")).text, '___eio[1]("4hello");')


def test_upgrade():
    """The upgrade: noops until polling ends, then what was waiting; polling goes on when it fails"""
    with server("engine", "--upgrade-timeout", "500") as program:
        sid = open_session(program)
        with WebSocket(program.port, f"{PATH}?EIO=4&transport=websocket&sid={sid}") as client:
            equal(ask(program.port, "POST", target(sid), b"4before").text, "ok")
            client.text("2probe")
            equal(client.receive(), "3probe")
            equal(ask(program.port, "GET", target(sid)).text, "4before")
            equal(ask(program.port, "GET", target(sid)).text, "6")
            equal(ask(program.port, "POST", target(sid), b"4waiting").text, "ok")
            client.text("5")
            equal(client.receive(), "4waiting")
            with WebSocket(program.port, f"{PATH}?EIO=4&transport=websocket&sid={sid}") as second:
                equal(second.close_code(), 1005)
            equal(json.loads(ask(program.port, "GET", target(sid)).text)["code"], 3)
            client.text("4still")
            equal(client.receive(), "4still")
        wait_until(lambda: "Session ID unknown" in ask(program.port, "GET", target(sid)).text, "it ends")
        sid = open_session(program)
        for first in ("4early", None):
            with WebSocket(program.port, f"{PATH}?EIO=4&transport=websocket&sid={sid}") as client:
                if first:
                    client.text(first)
                equal(client.close_code(), 1005)
            assert known(program, sid)


def test_upgrade_during_post():
    """What came of a POST that the upgrade cuts is not kept"""
    with server() as program:
        before, clients = program.memory(), []
        for _ in range(20):
            sid = open_session(program)
            client = WebSocket(program.port, f"{PATH}?EIO=4&transport=websocket&sid={sid}")
            clients.append(client)
            with Connection(program.port) as post:
                post.send(f"POST {target(sid)} HTTP/1.1\r\nHost: h\r\nContent-Length: 950000\r\n\r\n4")
                post.send(b"x" * 900000)
                time.sleep(0.05)
                client.text("2probe")
                equal(client.receive(), "3probe")
                client.text("5")
                post.at_end()
            client.text("4still")
            equal(client.receive(), "4still")
        assert program.memory() - before < 8 * 1024 * 1024, "the bodies are gone"
        for client in clients:
            client.sock.close()


def test_shutdown():
    """At the end of the server polls are answered and WebSockets are closed without a code"""
    with server() as program:
        client = WebSocket(program.port, f"{PATH}?EIO=4&transport=websocket")
        client.receive()
        poll = pending_poll(program, open_session(program))
        program.process.stdin.close()
        assert client.close_code() in (1005, 1006)
        poll.at_end()
        equal(program.process.wait(10), 0)


if __name__ == "__main__":
    tap.run(globals())
