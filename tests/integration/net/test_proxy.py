#!/usr/bin/env python3
"""Proxies of the environment: HTTP CONNECT, SOCKS4, SOCKS5, and what they refuse."""
import base64
import os
import socket
import ssl
import struct
import sys
import threading

sys.path[:0] = [os.path.join(os.environ["HAPPY_SOURCE_DIR"], "tests/integration", part)
                for part in ("lib", "net")]
import tap  # noqa: E402
from certificates import Certificates  # noqa: E402
from fetch import fetch, refused  # noqa: E402
from servers import Reader, Server, answer, http  # noqa: E402
from tap import equal  # noqa: E402


def carry(one, other):
    """Moves bytes both ways until both ends are through."""
    def copy(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    thread = threading.Thread(target=copy, args=(other, one), daemon=True)
    thread.start()
    copy(one, other)
    thread.join(10)


class Proxy(Server):
    """Connects to `target`'s port whatever it is asked for, and notes that in `asked`."""

    def __init__(self, target, user=None, **options):
        super().__init__(self.serve_one, **options)
        self.target, self.user, self.asked = target, user, []

    def serve_one(self, connection, number):
        if self.agree(connection):
            with socket.create_connection(("127.0.0.1", self.target.port)) as onward:
                carry(connection, onward)

    @staticmethod
    def exactly(connection, length):
        data = b""
        while len(data) < length:
            piece = connection.recv(length - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    def until_zero(self, connection):
        text = b""
        while (byte := self.exactly(connection, 1)) != b"\0":
            text += byte
        return text.decode()


class HttpProxy(Proxy):
    def agree(self, connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.exactly(connection, 1)
        lines = head.decode().split("\r\n")
        method, place, _ = lines[0].split(" ")
        assert method == "CONNECT" and f"Host: {place}" in lines, lines
        self.asked.append(place)
        given = [line for line in lines if line.startswith("Proxy-Authorization: Basic ")]
        if self.user and (not given or base64.b64decode(given[0].split(" ")[2]).decode() != self.user):
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return False
        for byte in b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n":
            connection.sendall(bytes([byte]))
        return True


class Socks4Proxy(Proxy):
    def agree(self, connection):
        version, command, port = struct.unpack("!BBH", self.exactly(connection, 4))
        assert (version, command) == (4, 1)
        address = socket.inet_ntoa(self.exactly(connection, 4))
        user = self.until_zero(connection)
        if address.startswith("0.0.0."):
            address = self.until_zero(connection)
        self.asked.append(f"{address}:{port}")
        agreed = not self.user or user == self.user
        connection.sendall(b"\0" + (b"\x5a" if agreed else b"\x5d") + bytes(6))
        return agreed


class Socks5Proxy(Proxy):
    reply = b"\x05\0\0\x01" + bytes(6)

    def agree(self, connection):
        version, count = self.exactly(connection, 2)
        methods = self.exactly(connection, count)
        assert version == 5
        wanted = 2 if self.user else 0
        if wanted not in methods:
            connection.sendall(b"\x05\xff")
            return False
        connection.sendall(bytes([5, wanted]))
        if self.user and not self.check(connection):
            return False
        version, command, _, kind = self.exactly(connection, 4)
        assert (version, command) == (5, 1)
        if kind == 3:
            address = self.exactly(connection, self.exactly(connection, 1)[0]).decode()
        else:
            family = socket.AF_INET if kind == 1 else socket.AF_INET6
            address = socket.inet_ntop(family, self.exactly(connection, 4 if kind == 1 else 16))
        self.asked.append("%s:%d" % (address, struct.unpack("!H", self.exactly(connection, 2))[0]))
        for byte in self.reply:
            connection.sendall(bytes([byte]))
        return self.reply[1] == 0

    def check(self, connection):
        assert self.exactly(connection, 1) == b"\1"
        user = self.exactly(connection, self.exactly(connection, 1)[0]).decode()
        password = self.exactly(connection, self.exactly(connection, 1)[0]).decode()
        agreed = f"{user}:{password}" == self.user
        connection.sendall(b"\1" + (b"\0" if agreed else b"\1"))
        return agreed


def hello():
    return http(lambda request, number: answer(b"hello"))


def test_http_connect():
    """an HTTP proxy is asked to connect, by name"""
    with hello() as server, HttpProxy(server) as proxy:
        for value in (f"http://127.0.0.1:{proxy.port}", f"127.0.0.1:{proxy.port}", f"http://localhost:{proxy.port}/"):
            equal(fetch("http://far.example/x", http_proxy=value).body, "hello")
        equal(fetch("http://[2001:db8::1]:81/", http_proxy=value).body, "hello")
        equal(proxy.asked, ["far.example:80"] * 3 + ["[2001:db8::1]:81"])


def test_http_password():
    """user name and password of the proxy's URL"""
    with hello() as server, HttpProxy(server, user="me@home:p:w") as proxy:
        place = f"127.0.0.1:{proxy.port}"
        equal(fetch("http://far.example/", http_proxy=f"http://me%40home:p:w@{place}").body, "hello")
        got = fetch("http://far.example/", http_proxy=f"http://{place}")
        refused(got, "refused", place, "wants a user name and password")
        got = fetch("http://far.example/", http_proxy=f"http://me:secretword@{place}")
        refused(got, "refused", place, "wants a different user name and password")
        assert "secretword" not in got.message + got.fix


def test_tls_through_proxies():
    """TLS reaches through each kind of proxy, with the server's name verified"""
    with Certificates() as certificates:
        certificates.issue("good", names="DNS:far.example")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.path("good.pem"), certificates.path("good.key"))
        trust = certificates.path("ca.pem")
        wrap = lambda connection: context.wrap_socket(connection, server_side=True)  # noqa: E731
        for kind, scheme in ((HttpProxy, "http"), (Socks4Proxy, "socks4a"), (Socks5Proxy, "socks5h")):
            with http(lambda request, number: answer(b"hello"), wrap=wrap) as server, kind(server) as proxy:
                value = f"{scheme}://127.0.0.1:{proxy.port}"
                equal(fetch("https://far.example/", https_proxy=value, SSL_CERT_FILE=trust).body, "hello")
                got = fetch("https://near.example/", https_proxy=value, SSL_CERT_FILE=trust)
                refused(got, "refused", "near.example is for another host")


def test_socks4():
    """SOCKS4 and 4a: address or name, user"""
    with hello() as server, Socks4Proxy(server, user="me") as proxy:
        place = f"me@127.0.0.1:{proxy.port}"
        equal(fetch("http://far.example/", http_proxy=f"socks4a://{place}").body, "hello")
        equal(fetch("http://localhost:81/", http_proxy=f"socks4://{place}").body, "hello")
        equal(proxy.asked, ["far.example:80", "127.0.0.1:81"])
        got = fetch("http://far.example/", http_proxy=f"socks4a://127.0.0.1:{proxy.port}")
        equal(got.code, "refused")
        refused(fetch("http://[::1]/", http_proxy=f"socks4a://{place}"), "unsupported", "no IPv6")


def test_socks5():
    """SOCKS5: name, address, user and password"""
    with hello() as server, Socks5Proxy(server) as proxy, Socks5Proxy(server, user="me:pw") as guarded:
        place = f"127.0.0.1:{proxy.port}"
        equal(fetch("http://far.example/", all_proxy=f"socks5h://{place}").body, "hello")
        equal(fetch("http://localhost:81/", ALL_PROXY=f"socks5://{place}").body, "hello")
        equal(fetch("http://[2001:db8::1]/", all_proxy=f"socks5h://{place}").body, "hello")
        equal(proxy.asked, ["far.example:80", "127.0.0.1:81", "2001:db8::1:80"])
        place = f"127.0.0.1:{guarded.port}"
        equal(fetch("http://far.example/", all_proxy=f"socks5h://me:pw@{place}").body, "hello")
        refused(fetch("http://far.example/", all_proxy=f"socks5h://{place}"), "refused", "wants a user name")
        refused(fetch("http://far.example/", all_proxy=f"socks5h://me:x@{place}"), "refused", "a different user")


def test_socks5_replies():
    """each refusal of SOCKS5 has its reason; replies with names and IPv6 addresses are taken"""
    with hello() as server, Socks5Proxy(server) as proxy:
        value = f"socks5h://127.0.0.1:{proxy.port}"
        for code, word in ((1, "failed"), (2, "rules"), (3, "network"), (4, "host"), (5, "refused"), (99, "failed")):
            proxy.reply = bytes([5, code, 0, 1]) + bytes(6)
            got = fetch("http://far.example/", all_proxy=value)
            assert got.code in ("closed", "refused") and word in got.message, got
        for proxy.reply in (b"\5\0\0\3\4name\0\0", b"\5\0\0\4" + bytes(18)):
            equal(fetch("http://far.example/", all_proxy=value).body, "hello")


def test_choice():
    """which variable counts for what, and no_proxy"""
    with hello() as server, HttpProxy(server) as proxy:
        value = f"http://127.0.0.1:{proxy.port}"
        direct = f"http://127.0.0.1:{server.port}/"
        for names in ({"HTTP_PROXY": value}, {"https_proxy": value}, {"http_proxy": ""},
                      {"http_proxy": value, "no_proxy": "127.0.0.1"},
                      {"http_proxy": value, "NO_PROXY": "example.org, 127.0.0.0/8"},
                      {"all_proxy": value, "no_proxy": "*"}):
            equal(fetch(direct, **names).body, "hello", names)
            equal(proxy.asked, [], f"what the proxy was asked with {names}")
        for names in ({"ALL_PROXY": value}, {"all_proxy": "x:1", "http_proxy": value},
                      {"http_proxy": value, "no_proxy": "example.org"}):
            equal(fetch(direct, **names).body, "hello", names)
        equal(len(proxy.asked), 3)


def test_broken_proxies():
    """proxies that are not there, mute, or no proxies at all"""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    got = fetch("http://far.example/", http_proxy=f"http://127.0.0.1:{closed}")
    refused(got, "closed", "the proxy for far.example cannot be reached", str(closed))
    assert "http_proxy" in got.fix, got.fix
    for reply, code, word in ((b"HTTP/1.1 403 Forbidden\r\n\r\n", "refused", "403"),
                              (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "closed", "502"),
                              (b"SSH-2.0-x\r\n\r\n", "invalid", "not of its protocol"),
                              (b"x" * 100000, "invalid", "not of its protocol"),
                              (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n", "invalid", "more than its answer"),
                              (b"HTTP/1.1 200 OK\r\n", "closed", "closed the connection"),
                              (b"", "closed", "closed the connection")):
        with Server(lambda connection, number, reply=reply: Reader(connection).request() and
                    connection.sendall(reply)) as proxy:
            got = fetch("http://far.example/", http_proxy=f"http://127.0.0.1:{proxy.port}")
            assert got.code == code and word in got.message, (reply, got)
    for scheme in ("http", "socks4a", "socks5h"):
        with Server(lambda connection, number: connection.recv(999) and connection.recv(1)) as proxy:
            got = fetch("http://far.example/", "-t", "300,0,0,0",
                        http_proxy=f"{scheme}://127.0.0.1:{proxy.port}")
            refused(got, "timeout", "far.example", "the proxy did not answer")


def test_bad_settings():
    """values that cannot be read are errors that name the variable and not the password"""
    for value in ("https://127.0.0.1:1", "ftp://x", "http://u:secretword@h:0", "http://h:99999",
                  "socks5h://u:%zzsecretword@h", "http://", "http://h/secretword"):
        got = fetch("http://far.example/", http_proxy=value)
        assert got.code in ("invalid", "unsupported"), got
        assert "http_proxy" in got.message and got.fix and "secretword" not in got.message + got.fix, got


tap.run(globals())
