#!/usr/bin/env python3
"""How the dialer finds and reaches a server: names, DNS, racing addresses."""
import contextlib
import os
import socket
import struct
import sys
import tempfile
import threading
import time

sys.path[:0] = [os.path.join(os.environ["HAPPY_SOURCE_DIR"], "tests/integration", part)
                for part in ("lib", "net")]
import tap  # noqa: E402
from fetch import fetch, fetch_all, read, refused, start  # noqa: E402
from servers import answer, http  # noqa: E402
from tap import equal  # noqa: E402

A, AAAA = 1, 28


@contextlib.contextmanager
def file_of(text):
    with tempfile.NamedTemporaryFile("w", prefix="happy-net-") as file:
        file.write(text)
        file.flush()
        yield file.name


def named(address, family=socket.AF_INET):
    """A server that answers with the address it was reached at."""
    return lambda port: http(lambda request, number: answer(address.encode()), family=family,
                             address=(address, port))


def closing(address, port):
    return http(lambda request, number: answer(address.encode(), "200 OK", "Connection: close"),
                address=(address, port))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def black_hole(address, port):
    """An address whose queue of connections is full: who connects hears nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(20):
            client = stack.enter_context(socket.socket(family))
            client.settimeout(0.2)
            try:
                client.connect((address, port))
            except TimeoutError:
                yield
                return
        raise tap.Skip("a full queue of connections refuses none here")


def timed(*arguments, **extra):
    begin = time.monotonic()
    got = fetch(*arguments, **extra)
    return got, time.monotonic() - begin


def quick(bound, *arguments):
    """An answer that comes in less than `bound` seconds. A busy machine may be slower at times, so that
    there are several tries."""
    for _ in range(20):
        got, seconds = timed(*arguments)
        if seconds < bound:
            return got
    raise AssertionError(f"{arguments} take {seconds} s")


# ---- without DNS ----

def test_localhost():
    """localhost and names under it are this machine, by whichever address listens"""
    port = free_port()
    for address, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
        with named(address, family)(port), file_of("") as nothing:
            for name in ("localhost", "sub.localhost", "LocalHost."):
                equal(fetch(f"http://{name}:{port}/", "-e", nothing, "-r", nothing).body, address)


def test_literals():
    """addresses are taken as they are"""
    port = free_port()
    with named("::1", socket.AF_INET6)(port):
        equal(fetch(f"http://[::1]:{port}/").body, "::1")
        equal(fetch(f"http://[0:0::0:1]:{port}/").body, "::1")
        refused(fetch(f"http://127.0.0.1:{port}/"), "closed", "127.0.0.1", str(port), "refused")


def test_hosts_file():
    """/etc/hosts: names, aliases, comments, upper case, malformed lines"""
    port = free_port()
    text = ("# comment\n\nnonsense server.test\n127.0.0.3\tother Server.Test alias#x server2.test\r\n"
            "::g server.test\n" + "x" * 5000 + " server.test")
    with named("127.0.0.3")(port), file_of(text) as hosts:
        for name in ("server.test", "alias", "OTHER"):
            equal(fetch(f"http://{name}:{port}/", "-e", hosts).body, "127.0.0.3")


def test_long_hosts_file():
    """what is read of a long file ends with a whole line: half a name is no name"""
    port, limit = free_port(), 1024 * 1024
    first, last = "127.0.0.3 early.test\n", "127.0.0.3 it.te"
    filler = "#" * (limit - len(first) - len(last) - 1) + "\n"
    with Dns({}) as dns, named("127.0.0.3")(port), file_of(first + filler + last + "st.other\n") as hosts, \
            file_of(f"nameserver {dns.place}\n") as servers:
        options = ["-e", hosts, "-r", servers]
        equal(fetch(f"http://early.test:{port}/", *options).body, "127.0.0.3")
        refused(fetch(f"http://it.te:{port}/", *options), "notFound", "there is no host named it.te")
    with named("127.0.0.3")(port), file_of("127.0.0.3 it.test") as hosts:
        equal(fetch(f"http://it.test:{port}/", "-e", hosts).body, "127.0.0.3")


# ---- racing ----

def test_refused_first():
    """an address that refuses is passed over at once"""
    port = free_port()
    with named("127.0.0.1")(port), file_of("::1 it\n127.0.0.2 it\n127.0.0.3 it\n127.0.0.1 it") as hosts:
        equal(quick(0.25, f"http://it:{port}/", "-e", hosts).body, "127.0.0.1")


def test_all_refused():
    """all addresses refuse: one is told, and how many more there are"""
    with file_of("127.0.0.2 it\n127.0.0.3 it\n::1 it") as hosts:
        refused(fetch(f"http://it:{free_port()}/", "-e", hosts), "closed", "it port", "2 more", "refused")


def test_black_hole():
    """IPv4 is tried a quarter of a second after an IPv6 address that is silent, and the reverse"""
    port = free_port()
    with black_hole("::1", port), named("127.0.0.1")(port), \
            file_of("127.0.0.1 it\n::1 it") as hosts:
        got, seconds = timed(f"http://it:{port}/", "-e", hosts)
        equal(got.body, "127.0.0.1")
        assert 0.24 < seconds < 10, seconds
    with black_hole("127.0.0.1", port), named("::1", socket.AF_INET6)(port), \
            file_of("127.0.0.1 it\n::1 it") as hosts:
        equal(quick(0.24, f"http://it:{port}/", "-e", hosts).body, "::1")


def test_several_black_holes():
    """each silent address costs a quarter of a second"""
    port = free_port()
    with black_hole("127.0.0.2", port), black_hole("127.0.0.3", port), named("127.0.0.4")(port), \
            file_of("127.0.0.2 it\n127.0.0.3 it\n127.0.0.4 it") as hosts:
        got, seconds = timed(f"http://it:{port}/", "-e", hosts)
        equal(got.body, "127.0.0.4")
        assert 0.49 < seconds < 10, seconds


def test_timeout():
    """an address that stays silent ends in a timeout, and a client can be freed meanwhile"""
    port = free_port()
    with black_hole("127.0.0.1", port):
        got, seconds = timed(f"http://127.0.0.1:{port}/", "-t", "400,0,0,0")
        refused(got, "timeout", "no connection to 127.0.0.1 port", "within 0.4 s", "did not answer")
        assert 0.4 <= seconds < 10, seconds
        read(start(f"http://127.0.0.1:{port}/", "-L", 50))


# ---- DNS ----

class Dns:
    """A name server with a table of {(name, type): [addresses]}; `delays` by type in seconds, None for
    never. Names that are not in the table do not exist."""

    def __init__(self, table, delays=None, on_query=None):
        self.table, self.delays, self.on_query = table, delays or {}, on_query
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.queries = []
        self.place = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *problem):
        self.socket.close()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                self.take(*self.socket.recvfrom(512))

    def take(self, query, sender):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack_from("!H", query, at + 1)[0]
        name = ".".join(labels).lower()
        self.queries.append((name, kind))
        if self.on_query:
            self.on_query(self)
        delay = self.delays.get(kind, 0)
        if delay is None:
            return
        reply = self.reply(query, at + 5, name, kind)
        if delay:
            threading.Timer(delay, lambda: self.send(reply, sender)).start()
        else:
            self.send(reply, sender)

    def send(self, reply, sender):
        with contextlib.suppress(OSError):
            self.socket.sendto(reply, sender)

    def reply(self, query, end, name, kind):
        known = any(known == name for known, _ in self.table)
        addresses = self.table.get((name, kind), [])
        head = query[:2] + struct.pack("!HHHHH", 0x8180 if known else 0x8183, 1, len(addresses), 0, 0)
        family = socket.AF_INET if kind == A else socket.AF_INET6
        records = b""
        for address in addresses:
            packed = socket.inet_pton(family, address)
            records += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(packed)) + packed
        return head + query[12:end] + records


@contextlib.contextmanager
def asking(*servers, more=""):
    """Options for a program that asks these servers, and no file of hosts."""
    text = "".join(f"nameserver {server.place}\n" for server in servers) + more
    with file_of(text) as path, file_of("") as hosts:
        yield ["-r", path, "-e", hosts]


def test_dns():
    """IPv4 only, IPv6 only, both"""
    port = free_port()
    table = {("four.test", A): ["127.0.0.1"], ("six.test", AAAA): ["::1"],
             ("both.test", A): ["127.0.0.1"], ("both.test", AAAA): ["::1"]}
    with Dns(table) as dns, asking(dns) as options, named("127.0.0.1")(port), \
            named("::1", socket.AF_INET6)(port):
        for name, expected in (("four", "127.0.0.1"), ("six", "::1"), ("both", "::1")):
            equal(quick(0.25, f"http://{name}.test:{port}/", *options).body, expected, name)
        equal(sorted(set(kind for _, kind in dns.queries)), [A, AAAA])


def test_dns_unknown():
    """a name that does not exist"""
    with Dns({}) as dns, asking(dns) as options:
        refused(fetch("http://nobody.test/", *options), "notFound", "there is no host named nobody.test")


def test_dns_search():
    """names are completed as resolv.conf says"""
    port = free_port()
    with Dns({("srv.inner.test", A): ["127.0.0.1"]}) as dns, \
            asking(dns, more="search inner.test\n") as options, named("127.0.0.1")(port):
        equal(fetch(f"http://srv:{port}/", *options).body, "127.0.0.1")


def test_dns_half_silent():
    """a server that never answers for IPv6 costs 50 ms"""
    port = free_port()
    with Dns({("it.test", A): ["127.0.0.1"]}, {AAAA: None}) as dns, asking(dns) as options, \
            named("127.0.0.1")(port):
        got, seconds = timed(f"http://it.test:{port}/", *options)
        equal(got.body, "127.0.0.1")
        assert 0.05 < seconds < 2, seconds


def test_dns_ipv6_a_little_late():
    """IPv6 that comes 20 ms after IPv4 still is the first to be tried"""
    port = free_port()
    with Dns({("it.test", A): ["127.0.0.1"], ("it.test", AAAA): ["::1"]}, {AAAA: 0.02}) as dns, \
            asking(dns) as options, named("127.0.0.1")(port), named("::1", socket.AF_INET6)(port):
        url = f"http://it.test:{port}/"  # on a busy machine the 20 ms can be many more
        assert any(fetch(url, *options).body == "::1" for _ in range(20)), "IPv4 was first"


def test_dns_dead_server():
    """the second server is asked when the first is silent; none at all is told"""
    port = free_port()
    with Dns({}, {A: None, AAAA: None}) as dead, Dns({("it.test", A): ["127.0.0.1"]}) as alive, \
            named("127.0.0.1")(port):
        with asking(dead, alive, more="options timeout:1\n") as options:
            got, seconds = timed(f"http://it.test:{port}/", *options)
            equal(got.body, "127.0.0.1")
            assert seconds < 10, seconds
        with asking(dead, more="options timeout:1 attempts:1\n") as options:
            refused(fetch("http://it.test/", *options), "notFound", "it.test", "no name server answered")
        with asking(dead) as options:
            refused(fetch("http://it.test/", "-t", "300,0,0,0", *options), "timeout", "it.test")
            read(start("http://it.test/", "-L", 100, *options))


def test_dns_changes():
    """resolv.conf is read anew for each look-up"""
    port = free_port()
    with tempfile.NamedTemporaryFile("w") as file, file_of("") as hosts, \
            Dns({("it.test", A): ["127.0.0.3"]}) as second, \
            closing("127.0.0.2", port), closing("127.0.0.3", port):
        def change(server):
            file.seek(0)
            file.truncate()
            file.write(f"nameserver {second.place}\n")
            file.flush()

        with Dns({("it.test", A): ["127.0.0.2"]}, on_query=change) as first:
            file.write(f"nameserver {first.place}\n")
            file.flush()
            # Each answer ends its connection, so that the second call looks the name up again.
            answers = fetch_all(f"http://it.test:{port}/", "-n", 2, "-g", 100, "-r", file.name, "-e", hosts)
            equal([item.body for item in answers], ["127.0.0.2", "127.0.0.3"])


def test_no_dns_left():
    """after a look-up nothing wakes the process"""
    port = free_port()
    with Dns({("it.test", A): ["127.0.0.1"]}) as dns, asking(dns) as options, named("127.0.0.1")(port):
        answers, figures = read(start(f"http://it.test:{port}/", "-i", 3, *options))
        equal(answers[0].body, "127.0.0.1")
        equal(figures["wakeups"], 0, "wake-ups")


def test_no_resolver_file():
    """without resolv.conf there is no server to ask: that is an error, not a crash"""
    with file_of("") as hosts:
        got = fetch("http://it.test/", "-r", "/nonexistent", "-e", hosts, "-t", "1000,0,0,0")
        assert got.code in ("notFound", "timeout"), got


tap.run(globals())
