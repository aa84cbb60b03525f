#!/usr/bin/env python3
"""The cases of the public conformance suites, engine.io-protocol (24) and socket.io-protocol (32; the
first 16 repeat Engine.IO's)."""
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap
from tap import equal
from wire_driver import Closed, Program, WebSocket, ask

INTERVAL, WAIT, PAYLOAD = 300, 200, 1000000
CASES = []


class Server:
    """One of the two applications, and requests to it."""

    def __init__(self, application):
        self.path = f"/{application}.io/"
        self.program = Program("realtime_server", "--app", application, "--ping-interval", INTERVAL,
                               "--ping-timeout", WAIT, "--connect-timeout", 1000)

    def ask(self, query, method="GET", body=None):
        return ask(self.program.port, method, f"{self.path}?{query}", body)

    def websocket(self, query="EIO=4&transport=websocket", check=True):
        return WebSocket(self.program.port, f"{self.path}?{query}", check=check)

    def poll(self, sid):
        return self.ask(f"EIO=4&transport=polling&sid={sid}")

    def post(self, sid, body):
        return self.ask(f"EIO=4&transport=polling&sid={sid}", "POST", body.encode())

    def open_polling(self):
        return json.loads(self.ask("EIO=4&transport=polling").text[1:])["sid"]

    def open_websocket(self):
        websocket = self.websocket()
        return websocket, websocket.receive()

    def join(self):
        """A Socket.IO client in the main namespace."""
        websocket, _ = self.open_websocket()
        websocket.text("40")
        assert websocket.receive().startswith("40")
        equal(websocket.receive(), '42["auth",{}]')
        return websocket

    def later(self, action, *arguments):
        """Runs a request on the side."""
        answers = []
        thread = threading.Thread(target=lambda: answers.append(action(*arguments)), daemon=True)
        thread.start()

        def result():
            thread.join(20)
            return answers[0]
        return result


def case(applications, name):
    def add(function):
        for application in applications:
            CASES.append((application, name, function))
        return function
    return add


BOTH, ENGINE, SOCKET = ("engine", "socket"), ("engine",), ("socket",)


def is_closed(websocket):
    websocket.close_code()


def messages(websocket, count):
    """Passes over pings."""
    found = []
    while len(found) < count:
        message = websocket.receive()
        if message != "2":
            found.append(message)
    return found


@case(BOTH, "handshake / HTTP long-polling: successfully opens a session")
def polling_opens(server):
    answer = server.ask("EIO=4&transport=polling")
    equal(answer.status, 200)
    assert answer.text[0] == "0"
    value = json.loads(answer.text[1:])
    equal(list(value), ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"])
    equal((value["upgrades"], value["pingInterval"], value["pingTimeout"], value["maxPayload"]),
          (["websocket"], INTERVAL, WAIT, PAYLOAD))


@case(BOTH, "handshake / HTTP long-polling: fails with an invalid EIO parameter")
def polling_revision(server):
    for query in ("transport=polling", "EIO=abc&transport=polling"):
        equal(server.ask(query).status, 400, query)


@case(BOTH, "handshake / HTTP long-polling: fails with an invalid transport parameter")
def polling_transport(server):
    for query in ("EIO=4", "EIO=4&transport=abc"):
        equal(server.ask(query).status, 400, query)


@case(BOTH, "handshake / HTTP long-polling: fails with an invalid request method")
def polling_method(server):
    for method in ("POST", "PUT"):
        equal(server.ask("EIO=4&transport=polling", method).status, 400, method)


@case(BOTH, "handshake / WebSocket: successfully opens a session")
def websocket_opens(server):
    websocket, first = server.open_websocket()
    with websocket:
        equal(json.loads(first[1:])["upgrades"], [])


@case(BOTH, "handshake / WebSocket: fails with an invalid EIO parameter")
def websocket_revision(server):
    for query in ("transport=websocket", "EIO=abc&transport=websocket"):
        with server.websocket(query, check=False) as websocket:
            equal(websocket.status, 400)
            websocket.at_end()


@case(BOTH, "handshake / WebSocket: fails with an invalid transport parameter")
def websocket_transport(server):
    for query in ("EIO=4", "EIO=4&transport=abc"):
        with server.websocket(query, check=False) as websocket:
            equal(websocket.status, 400)
            websocket.at_end()


@case(ENGINE, "message / HTTP long-polling: one plain packet")
def polling_plain(server):
    sid = server.open_polling()
    equal(server.post(sid, "4hello").text, "ok")
    equal(server.poll(sid).text, "4hello")


@case(ENGINE, "message / HTTP long-polling: several plain packets")
def polling_several(server):
    sid = server.open_polling()
    equal(server.post(sid, "4test1\x1e4test2\x1e4test3").text, "ok")
    equal(server.poll(sid).text, "4test1\x1e4test2\x1e4test3")


@case(ENGINE, "message / HTTP long-polling: plain and binary packets")
def polling_binary(server):
    sid = server.open_polling()
    equal(server.post(sid, "4hello\x1ebAQIDBA==").text, "ok")
    equal(server.poll(sid).text, "4hello\x1ebAQIDBA==")


@case(ENGINE, "message / HTTP long-polling: closes upon invalid packet format")
def polling_invalid(server):
    sid = server.open_polling()
    equal(server.post(sid, "abc").text, "ok")
    equal(server.poll(sid).status, 400)


@case(ENGINE, "message / HTTP long-polling: closes upon duplicate poll requests")
def polling_duplicate(server):
    sid = server.open_polling()
    first = server.later(server.poll, sid)
    time.sleep(0.02)
    second = server.poll(sid)
    assert {first().status, second.status} == {200, 400}
    equal((first() if first().status == 200 else second).text, "1")
    equal(server.poll(sid).status, 400)


@case(ENGINE, "message / WebSocket: plain text")
def websocket_plain(server):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.text("4hello")
        equal(messages(websocket, 1), ["4hello"])


@case(ENGINE, "message / WebSocket: binary")
def websocket_binary(server):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.frame(2, b"\1\2\3\4")
        equal(messages(websocket, 1), [b"\1\2\3\4"])


@case(ENGINE, "message / WebSocket: closes upon invalid packet format")
def websocket_invalid(server):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.text("abc")
        is_closed(websocket)


@case(BOTH, "heartbeat / HTTP long-polling: sends ping/pong packets")
def polling_heartbeat(server):
    sid = server.open_polling()
    for _ in range(3):
        equal(server.poll(sid).text, "2")
        equal(server.post(sid, "3").text, "ok")


@case(BOTH, "heartbeat / HTTP long-polling: closes upon ping timeout")
def polling_timeout(server):
    sid = server.open_polling()
    time.sleep((INTERVAL + WAIT) / 1000 + 0.1)
    equal(server.poll(sid).status, 400)


@case(BOTH, "heartbeat / WebSocket: sends ping/pong packets")
def websocket_heartbeat(server):
    websocket, _ = server.open_websocket()
    with websocket:
        for _ in range(3):
            equal(websocket.receive(), "2")
            websocket.text("3")


@case(BOTH, "heartbeat / WebSocket: closes upon ping timeout")
def websocket_timeout(server):
    websocket, _ = server.open_websocket()
    with websocket:
        equal(websocket.close_code(), 1005)


@case(BOTH, "close / HTTP long-polling: forcefully closes the session")
def polling_close(server):
    sid = server.open_polling()
    poll = server.later(server.poll, sid)
    time.sleep(0.02)
    equal(server.post(sid, "1").status, 200)
    equal(poll().text, "6")
    equal(server.poll(sid).status, 400)


@case(BOTH, "close / WebSocket: forcefully closes the session")
def websocket_close(server):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.text("1")
        is_closed(websocket)


def upgraded(server):
    sid = server.open_polling()
    websocket = server.websocket(f"EIO=4&transport=websocket&sid={sid}")
    websocket.text("2probe")
    websocket.text("5")
    equal(websocket.receive(), "3probe")
    return sid, websocket


@case(BOTH, "upgrade: successfully upgrades from HTTP long-polling to WebSocket")
def upgrade(server):
    sid = server.open_polling()
    with server.websocket(f"EIO=4&transport=websocket&sid={sid}") as websocket:
        poll = server.later(server.poll, sid)
        websocket.text("2probe")
        equal(websocket.receive(), "3probe")
        equal(poll().text, "6")
        websocket.text("5")
        if "engine" in server.path:
            websocket.text("4hello")
            equal(messages(websocket, 1), ["4hello"])


@case(BOTH, "upgrade: ignores HTTP requests with the same sid after the upgrade")
def upgrade_polling(server):
    sid, websocket = upgraded(server)
    with websocket:
        equal(server.poll(sid).status, 400)
        websocket.text("4hello" if "engine" in server.path else "40")
        assert messages(websocket, 1)[0].startswith("4")


@case(BOTH, "upgrade: ignores a second WebSocket with the same sid after the upgrade")
def upgrade_second(server):
    sid, websocket = upgraded(server)
    with websocket:
        with server.websocket(f"EIO=4&transport=websocket&sid={sid}") as second:
            is_closed(second)
        websocket.text("4hello" if "engine" in server.path else "40")
        assert messages(websocket, 1)[0].startswith("4")


def connects(server, packet, reply, auth):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.text(packet)
        answer = messages(websocket, 1)[0]
        assert answer.startswith(reply), answer
        value = json.loads(answer[len(reply):])
        equal(list(value), ["sid"])
        assert isinstance(value["sid"], str)
        equal(messages(websocket, 1), [auth])


@case(SOCKET, "connect: main namespace")
def connect_main(server):
    connects(server, "40", "40", '42["auth",{}]')


@case(SOCKET, "connect: main namespace with a payload")
def connect_main_payload(server):
    connects(server, '40{"token":"123"}', "40", '42["auth",{"token":"123"}]')


@case(SOCKET, "connect: custom namespace")
def connect_custom(server):
    connects(server, "40/custom,", "40/custom,", '42/custom,["auth",{}]')


@case(SOCKET, "connect: custom namespace with a payload")
def connect_custom_payload(server):
    connects(server, '40/custom,{"token":"abc"}', "40/custom,", '42/custom,["auth",{"token":"abc"}]')


@case(SOCKET, "connect: unknown namespace")
def connect_unknown(server):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.text("40/random")
        equal(messages(websocket, 1), ['44/random,{"message":"Invalid namespace"}'])


@case(SOCKET, "connect: invalid handshake")
def connect_invalid(server):
    websocket, _ = server.open_websocket()
    with websocket:
        websocket.text("4abc")
        is_closed(websocket)


@case(SOCKET, "connect: closes if no handshake is received")
def connect_missing(server):
    websocket, _ = server.open_websocket()
    with websocket:
        start = time.monotonic()
        while time.monotonic() - start < 5:
            try:
                equal(websocket.receive(), "2")
                websocket.text("3")
            except Closed:
                break
        assert 0.8 < time.monotonic() - start < 5


@case(SOCKET, "disconnect: from the main namespace")
def disconnect_main(server):
    with server.join() as websocket:
        websocket.text("41")
        for _ in range(2):
            equal(websocket.receive(), "2")
            websocket.text("3")


@case(SOCKET, "disconnect: connect to and leave a custom namespace")
def disconnect_custom(server):
    with server.join() as websocket:
        websocket.text("40/custom")
        assert messages(websocket, 1)[0].startswith("40/custom,")
        messages(websocket, 1)
        websocket.text("41/custom")
        websocket.text('42["message","message to main namespace"]')
        equal(messages(websocket, 1), ['42["message-back","message to main namespace"]'])


@case(SOCKET, "message: plain packet")
def message_plain(server):
    with server.join() as websocket:
        websocket.text('42["message",1,"2",{"3":[true]}]')
        equal(messages(websocket, 1), ['42["message-back",1,"2",{"3":[true]}]'])


@case(SOCKET, "message: packet with two binary attachments")
def message_binary(server):
    holders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
    with server.join() as websocket:
        websocket.text(f'452-["message",{holders}]')
        websocket.frame(2, b"\1\2\3")
        websocket.frame(2, b"\4\5\6")
        equal(messages(websocket, 3), [f'452-["message-back",{holders}]', b"\1\2\3", b"\4\5\6"])


@case(SOCKET, "message: plain packet with ack")
def message_ack(server):
    with server.join() as websocket:
        websocket.text('42456["message-with-ack",1,"2",{"3":[false]}]')
        equal(messages(websocket, 1), ['43456[1,"2",{"3":[false]}]'])


@case(SOCKET, "message: binary packet with ack")
def message_binary_ack(server):
    holders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
    with server.join() as websocket:
        websocket.text(f'452-789["message-with-ack",{holders}]')
        websocket.frame(2, b"\1\2\3")
        websocket.frame(2, b"\4\5\6")
        equal(messages(websocket, 3), [f"462-789[{holders}]", b"\1\2\3", b"\4\5\6"])


def closes_upon(server, packet):
    with server.join() as websocket:
        websocket.text(packet)
        is_closed(websocket)


@case(SOCKET, "message: closes upon invalid format: unknown packet type")
def invalid_type(server):
    closes_upon(server, "4abc")


@case(SOCKET, "message: closes upon invalid format: invalid payload")
def invalid_payload(server):
    closes_upon(server, "42{}")


@case(SOCKET, "message: closes upon invalid format: invalid ack id")
def invalid_ack(server):
    closes_upon(server, '42abc["message-with-ack",1,"2",{"3":[false]}]')


def main():
    servers = {application: Server(application) for application in BOTH}
    tests = {}
    for application, name, function in CASES:
        def test(application=application, function=function):
            function(servers[application])
        test.__doc__ = f"{application}.io-protocol: {name}"
        tests[f"test_{application}_{function.__name__}"] = test
    assert len(tests) == 24 + 32
    try:
        tap.run(tests)
    finally:
        for server in servers.values():
            server.program.__exit__(sys.exc_info()[1] and getattr(sys.exc_info()[1], "code", 1))


if __name__ == "__main__":
    main()
