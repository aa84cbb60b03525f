#!/usr/bin/env python3
"""TLS: good servers are accepted, each bad one is refused by a message that says what is wrong."""
import os
import socket
import ssl
import subprocess
import sys
import time

sys.path[:0] = [os.path.join(os.environ["HAPPY_SOURCE_DIR"], "tests/integration", part)
                for part in ("lib", "net")]
import tap  # noqa: E402
from certificates import Certificates  # noqa: E402
from fetch import fetch, fetch_all, read, refused, start  # noqa: E402
from servers import Reader, Server, answer, http, scripted  # noqa: E402
from tap import equal, wait_until  # noqa: E402

try:
    CERTIFICATES = Certificates().__enter__()
except tap.Skip as reason:
    print(f"# SKIP {reason}")
    sys.exit(77)


def wrapping(name, chain=None, prepare=None):
    """What makes a server's connection a TLS connection with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain or CERTIFICATES.path(f"{name}.pem"), CERTIFICATES.path(f"{name}.key"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    if prepare:
        prepare(context)
    return lambda connection: context.wrap_socket(connection, server_side=True)


def hello(name, **options):
    return http(lambda request, number: answer(b"hello"), wrap=wrapping(name, **options))


def get(server, *options, host="localhost", trust="ca.pem"):
    extra = {"SSL_CERT_FILE": CERTIFICATES.path(trust)} if trust else {}
    return fetch(f"https://{host}:{server.port}/", *options, **extra)


def test_good_chain():
    """a certificate whose authority SSL_CERT_FILE names is accepted, by name and by address"""
    CERTIFICATES.issue("good")
    with hello("good") as server:
        equal(get(server).body, "hello")
        equal(get(server, host="127.0.0.1").body, "hello")
        equal(get(server, host="LOCALHOST.").body, "hello")


def test_intermediate():
    """an issuer in between is used when the server sends it, and missed when it does not"""
    CERTIFICATES.issue("middle", extensions="basicConstraints=critical,CA:TRUE")
    CERTIFICATES.issue("leaf", issuer="middle")
    chain = CERTIFICATES.path("chain.pem")
    with open(chain, "w") as out:
        for name in ("leaf", "middle"):
            out.write(open(CERTIFICATES.path(f"{name}.pem")).read())
    with hello("leaf", chain=chain) as server:
        equal(get(server).body, "hello")
    with hello("leaf") as server:
        got = get(server)
        refused(got, "refused", "localhost", 'issued by "middle"', "does not trust")
        assert "SSL_CERT_FILE" in got.fix


def test_directory():
    """SSL_CERT_DIR is honoured"""
    CERTIFICATES.issue("good")
    directory = CERTIFICATES.path("trusted")
    os.mkdir(directory)
    with open(CERTIFICATES.path("ca.pem")) as authority, open(directory + "/ca.pem", "w") as out:
        out.write(authority.read())
    subprocess.run(["openssl", "rehash", directory], check=True)
    with hello("good") as server:
        equal(fetch(f"https://localhost:{server.port}/", SSL_CERT_DIR=directory).body, "hello")


def test_expired():
    """an expired certificate, and when it expired"""
    CERTIFICATES.issue("expired", begin=-30, end=-2)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))
    with hello("expired") as server:
        refused(get(server), "refused", "the certificate of localhost expired on " + day)


def test_not_yet_valid():
    """a certificate of the future"""
    CERTIFICATES.issue("early", begin=2, end=30)
    with hello("early") as server:
        refused(get(server), "refused", "is not valid before")


def test_self_signed():
    """a self-signed certificate, until it is trusted itself"""
    CERTIFICATES.self_signed("alone", "alone", "subjectAltName=DNS:localhost")
    with hello("alone") as server:
        got = get(server)
        refused(got, "refused", "the certificate of localhost is self-signed")
        assert "SSL_CERT_FILE" in got.fix
        equal(get(server, trust="alone.pem").body, "hello")


def test_unknown_issuer():
    """an authority that is not trusted, with and without the system's store"""
    CERTIFICATES.self_signed("other", "Other Authority", "basicConstraints=critical,CA:TRUE")
    CERTIFICATES.issue("good")
    with hello("good") as server:
        for trust in ("other.pem", None):
            refused(get(server, trust=trust), "refused", 'issued by "Test Authority"', "does not trust")


def test_wrong_host():
    """a certificate for other names, which are told"""
    CERTIFICATES.issue("elsewhere", names="DNS:elsewhere.example,DNS:*.wild.example,IP:10.0.0.1")
    with hello("elsewhere") as server:
        for host in ("localhost", "127.0.0.1"):
            refused(get(server, host=host), "refused", f"the certificate of {host} is for another host",
                    "elsewhere.example, *.wild.example, 10.0.0.1")


def test_name_in_common_name_only():
    """a common name is no name"""
    CERTIFICATES.issue("localhost", names="email:nobody@example.org")
    with hello("localhost") as server:
        refused(get(server), "refused", "another host", "no name at all")


def test_wrong_purpose():
    """a certificate that is not for servers"""
    CERTIFICATES.issue("client", extensions="extendedKeyUsage=clientAuth")
    with hello("client") as server:
        refused(get(server), "refused", "not accepted")


def old_server(*options):
    """openssl s_server with a version of TLS that no one should speak; returns process and port."""
    CERTIFICATES.issue("good")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", CERTIFICATES.path("good.pem"),
         "-key", CERTIFICATES.path("good.key"), "-www", *options],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens():
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except OSError:
            return False

    wait_until(listens, "s_server listens")
    return process, port


def test_tls_1_0_only():
    """servers that speak TLS 1.0 or 1.1 only"""
    for option in ("-tls1", "-tls1_1"):
        process, port = old_server(option, "-cipher", "ALL:@SECLEVEL=0")
        try:
            got = fetch(f"https://localhost:{port}/", SSL_CERT_FILE=CERTIFICATES.path("ca.pem"))
            refused(got, "unsupported", "localhost", "older than 1.2")
        finally:
            process.kill()
            process.wait()


def test_tls_1_0_answer():
    """a server that answers with a TLS 1.0 hello, whatever was offered"""
    body = b"\x03\x01" + bytes(32) + b"\0" + b"\x00\x2f" + b"\0"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    record = b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message

    def handle(connection, number):
        connection.recv(4096)
        connection.sendall(record)
        connection.recv(1)

    with Server(handle) as server:
        refused(get(server), "unsupported", "older than 1.2")


def test_tls_1_2_and_1_3():
    """both today's versions are spoken"""
    CERTIFICATES.issue("good")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        def only(context, version=version):
            context.minimum_version = context.maximum_version = version
        with hello("good", prepare=only) as server:
            equal(get(server).body, "hello", version)


def test_no_common_cipher():
    """a server without a cipher in common"""
    CERTIFICATES.issue("good")

    def rsa_only(context):
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AES128-SHA")

    with hello("good", prepare=rsa_only) as server:
        refused(get(server), "unsupported", "no cipher in common")


def test_cut_off_handshake():
    """a server that closes in the middle of the handshake, after each number of bytes"""
    CERTIFICATES.issue("good")
    with hello("good") as real:
        def handle(connection, number, end=0):
            with socket.create_connection(("127.0.0.1", real.port)) as onward:
                onward.sendall(connection.recv(4096))
                connection.sendall(onward.recv(end) if end else b"")

        for end in (0, 1, 2, 4, 5, 6, 50, 100, 200, 400):
            with Server(lambda connection, number, end=end: handle(connection, number, end)) as server:
                refused(get(server), "closed", "localhost", "in the middle of the TLS handshake")


def test_plain_http():
    """a server that speaks HTTP where TLS was expected"""
    with scripted(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as server:
        server.handle = lambda connection, number: connection.recv(4096) and connection.sendall(
            b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        refused(get(server), "refused", "localhost answered with plain HTTP where TLS was expected")


def test_no_tls():
    """a server that speaks something else"""
    for greeting in (b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail ESMTP\r\n", b"\0" * 100, b"\xff" * 100):
        def handle(connection, number, greeting=greeting):
            connection.sendall(greeting)
            connection.recv(4096)
            connection.recv(4096)
        with Server(handle) as server:
            refused(get(server), "refused", "localhost does not speak TLS")


def test_mute_server():
    """a server that says nothing"""
    with Server(lambda connection, number: connection.recv(9999) and connection.recv(1)) as server:
        refused(get(server, "-t", "300,0,0,0"), "timeout", "localhost", "the TLS handshake did not end")


def test_cut_off_body():
    """a body that ends with the connection must end with TLS's closing message"""
    CERTIFICATES.issue("good")

    def handle(well):
        def serve(connection, number):
            Reader(connection).request()
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")
            if well:
                connection.unwrap().close()
            else:
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        return serve

    with Server(handle(True), wrap=wrapping("good")) as server:
        equal(get(server).body, "hello")
    with Server(handle(False), wrap=wrapping("good")) as server:
        refused(get(server), "closed", "cut off")


def test_complete_body_without_closing_message():
    """a body with its length is whole without it"""
    CERTIFICATES.issue("good")

    def handle(connection, number):
        Reader(connection).request()
        connection.sendall(answer(b"hello", "200 OK", "Connection: close"))
        socket.socket.shutdown(connection, socket.SHUT_RDWR)

    with Server(handle, wrap=wrapping("good")) as server:
        equal(get(server).body, "hello")


def test_large_bodies():
    """a megabyte each way, on one kept connection"""
    CERTIFICATES.issue("good")
    with http(lambda request, number: answer(request.body), wrap=wrapping("good")) as server:
        answers = fetch_all(f"https://localhost:{server.port}/", "-X", "POST", "-m", "stream", "-s", 1000000,
                            "-d", "x" * 60000, "-n", 3, SSL_CERT_FILE=CERTIFICATES.path("ca.pem"))
        equal([item.length for item in answers], [1000000] * 3)
        equal(server.connections, 1, "connections")


def test_no_secret_switch():
    """settings of the trust store that cannot be read are errors"""
    CERTIFICATES.issue("good")
    with hello("good") as server:
        refused(get(server, trust="missing.pem"), "invalid", "SSL_CERT_FILE", "missing.pem")
        refused(get(server, trust="good.key"), "invalid", "SSL_CERT_FILE")
        refused(fetch(f"https://localhost:{server.port}/", SSL_CERT_DIR="/nonexistent"), "invalid",
                "SSL_CERT_DIR")


def test_idle_connection():
    """an idle TLS connection wakes nobody, and what the process takes"""
    CERTIFICATES.issue("good")
    with hello("good") as server:
        answers, figures = read(start(f"https://localhost:{server.port}/", "-i", 3,
                                      SSL_CERT_FILE=CERTIFICATES.path("ca.pem")))
        equal(answers[0].body, "hello")
        equal(figures["wakeups"], 0, "wake-ups")
        print(f"# resident: {figures['resident']} KiB")


def first_line_of_realtime_client(server):
    """What a realtime client says first of a server."""
    process = subprocess.Popen(
        [os.path.join(os.environ["HAPPY_BUILD_DIR"], "tests/interop/realtime_client"),
         f"https://localhost:{server.port}"],
        env={**os.environ, "SSL_CERT_FILE": CERTIFICATES.path("ca.pem"), "no_proxy": "*"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        process.stdin.write("connect\n")
        process.stdin.flush()
        return process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def test_realtime_end():
    """a realtime client says how its encrypted connection ended"""
    def cut_off(connection, number):
        Reader(connection).request()
        os.close(connection.detach())  # without TLS's closing message

    def spoil(connection, number):
        Reader(connection).request()
        raw = socket.socket(fileno=os.dup(connection.fileno()))
        raw.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        raw.close()
        time.sleep(0.5)

    CERTIFICATES.issue("good")
    for handle, words in ((cut_off, "was cut off"), (spoil, "bad record mac")):
        with Server(handle, wrap=wrapping("good")) as server:
            line = first_line_of_realtime_client(server)
            assert line.startswith("failed closed|") and words in line, line


try:
    tap.run(globals())
finally:
    CERTIFICATES.__exit__()
