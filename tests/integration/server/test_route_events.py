#!/usr/bin/env python3
"""What the routes of happy-server tell the sockets of the account, by long polling."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../lib")]

import tap  # noqa: E402
from happy_server import Server  # noqa: E402
from rows_artifact import ARTIFACT, NEW_ARTIFACT  # noqa: E402


class Socket:
    """A socket of Socket.IO on Engine.IO's long polling; packets are parted by 1e."""

    def __init__(self, server, **auth):
        self.server, self.events = server, []
        self.path = "/v1/updates/?EIO=4&transport=polling"
        opened = self.poll()[0]
        self.path += "&sid=" + json.loads(opened[1:])["sid"]
        self.send("40" + json.dumps(auth))
        tap.wait_until(lambda: any(packet.startswith("40") for packet in self.poll()), "connected")

    def poll(self):
        answer = self.server.request("GET", self.path)
        tap.equal(answer.status, 200, "status of a poll")
        return answer.body.decode().split("\x1e")

    def send(self, packet):
        answer = self.server.request("POST", self.path, packet, {"Content-Type": "text/plain"})
        tap.equal(answer.status, 200, "status of a packet")

    def next(self):
        """The name and value of the next event."""
        while not self.events:
            for packet in self.poll():
                if packet == "2":
                    self.send("3")
                elif packet.startswith("42"):
                    self.events.append(json.loads(packet[2:]))
        return self.events.pop(0)


class Account:
    def __init__(self, server):
        self.server, self.token = server, server.log_in("A")
        self.sequence = 0

    def ask(self, method, path, *json_body, status=200):
        more = {"json": json_body[0]} if json_body else {}
        answer = self.server.request(method, path, token=self.token, **more)
        tap.equal(answer.status, status, f"status of {method} {path}")
        return answer.json

    def expect(self, socket, kind, **members):
        """The next event is the next update, of this kind and with these members."""
        name, update = socket.next()
        tap.equal(name, "update", "event")
        self.sequence += 1
        tap.equal(update["seq"], self.sequence, "sequence of the account")
        body = update["body"]
        tap.equal(body["t"], kind, "type of the update")
        for member, value in members.items():
            tap.equal(body[member], value, f"{member} of {kind}")
        return body


def open_all(server):
    account = Account(server)
    return account, Socket(server, token=account.token, clientType="user-scoped")


def test_sessions():
    """sessions and messages: made, posted in order, not repeated, archived, deleted"""
    with Server() as server:
        account, user = open_all(server)
        session = account.ask("POST", "/v1/sessions", {"tag": "t", "metadata": "m"})["session"]["id"]
        account.expect(user, "new-session", id=session, metadata="m", active=True)
        account.ask("POST", "/v1/sessions", {"tag": "t", "metadata": "m"})
        items = [{"content": f"c{name}", "localId": name} for name in "abc"]
        path = f"/v3/sessions/{session}/messages"
        account.ask("POST", path, {"messages": items[:2]})
        account.ask("POST", path, {"messages": items})
        for number, name in enumerate("abc", 1):
            message = account.expect(user, "new-message", sid=session)["message"]
            tap.equal((message["seq"], message["localId"]), (number, name), "message")
            tap.equal(message["content"], {"t": "encrypted", "c": "c" + name}, "content")
        account.ask("POST", f"/v1/sessions/{session}/archive")
        name, activity = user.next()
        tap.equal(name, "ephemeral", "event of archive")
        tap.equal((activity["type"], activity["id"], activity["active"], activity["thinking"]),
                  ("activity", session, False, False), "activity")
        account.ask("DELETE", f"/v1/sessions/{session}")
        account.expect(user, "delete-session", sid=session)


def test_machines():
    """machines: two updates when one is made, one when it is deleted"""
    with Server() as server:
        account, user = open_all(server)
        for _ in range(2):
            account.ask("POST", "/v1/machines", {"id": "m1", "metadata": "meta"})
        account.expect(user, "new-machine", machineId="m1", seq=0, active=False)
        account.expect(user, "update-machine", machineId="m1",
                       metadata={"version": 1, "value": "meta"})
        account.ask("DELETE", "/v1/machines/m1")
        account.expect(user, "delete-machine", machineId="m1")


def test_values():
    """key-values, artifacts and settings"""
    with Server() as server:
        account, user = open_all(server)
        account.ask("POST", "/v1/kv", {"mutations": [{"key": "k", "value": "AQ==", "version": -1}]})
        account.expect(user, "kv-batch-update",
                       changes=[{"key": "k", "value": "AQ==", "version": 0}])
        account.ask("POST", "/v1/kv", {"mutations": [{"key": "k", "value": None, "version": 7}]},
                    status=409)
        account.ask("POST", "/v1/artifacts", NEW_ARTIFACT)
        account.expect(user, "new-artifact", header="AAEC", body="AAAAAA==", bodyVersion=1)
        account.ask("POST", ARTIFACT, {"header": "Ag==", "expectedHeaderVersion": 1})
        changed = account.expect(user, "update-artifact", header={"value": "Ag==", "version": 2})
        assert "body" not in changed, "a part that did not change"
        account.ask("DELETE", ARTIFACT)
        account.expect(user, "delete-artifact", artifactId=NEW_ARTIFACT["id"])
        account.ask("POST", "/v1/account/settings", {"settings": "s", "expectedVersion": 0})
        account.expect(user, "update-account", settings={"value": "s", "version": 1})


def test_friends():
    """who is asked finds it in the feed"""
    with Server() as server:
        account, user = open_all(server)
        other = server.log_in("B")
        uid = account.ask("GET", "/v1/account/profile")["id"]
        server.request("POST", "/v1/friends/add", token=other, json={"uid": uid})
        post = account.expect(user, "new-feed-post", cursor="0-1")
        tap.equal(post["body"]["kind"], "friend_request", "kind")
        assert post["repeatKey"].startswith("friend_request_"), "the app wants the repeat key"


tap.run(globals())
