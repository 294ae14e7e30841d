"""One attempt: what is sent, to which address, for how long, and what an answer means."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.calendar import SECOND
from engine.dispatch import Sender
from engine.webhooks import Delivery, Endpoint, Policy, secret_of
from tests.engine.dispatch.receivers import Receiver, receiving

LOCAL = Policy((ip_network("127.0.0.0/8"),), http=True)
HOOK = Endpoint("wh_a", "http://127.0.0.1/", secret_of(b"k" * 32), 0)
DELIVERY = Delivery("wh_a", "msg_1", "webhook.test", 0, '{"name":"初"}')
NOW = 1_700_000_000 * SECOND


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@contextmanager
def raw(*answers: bytes, end: bool = True) -> Iterator[str]:
    """A server that answers bytes, one part after another; its URL. Without an end it keeps the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                for answer in answers:
                    connection.sendall(answer)
            except OSError:
                return
            if not end:
                over.wait(60)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        over.set()
        listener.close()


def test_a_message_is_posted_whole_and_signed(receiver: Receiver) -> None:
    hook = replace(HOOK, url=receiver.url + "?a=b%20c")
    answer = Sender(LOCAL).send(hook, DELIVERY, NOW)
    [received] = receiver.wait_for(1)
    assert answer.good and answer.status == 204 and answer.seconds > 0
    assert received.path == "/hook?a=b%20c" and received.body.decode() == DELIVERY.body
    assert received.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert (received.headers["webhook-id"], received.headers["webhook-timestamp"]) == ("msg_1", "1700000000")
    assert received.headers["webhook-signature"].startswith("v1,")


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_good_status_is_taken(receiver: Receiver, status: int) -> None:
    receiver.status = status
    assert Sender(LOCAL).send(replace(HOOK, url=receiver.url), DELIVERY, NOW).good


@pytest.mark.parametrize(("status", "away"), [(400, False), (422, False), (404, True), (429, True), (500, True)])
def test_a_bad_status_is_told(receiver: Receiver, status: int, away: bool) -> None:
    receiver.status = status
    answer = Sender(LOCAL).send(replace(HOOK, url=receiver.url), DELIVERY, NOW)
    assert answer.error and str(status) in answer.error and answer.away == away


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"Location": receiver.url + "/other"}
    answer = Sender(LOCAL).send(replace(HOOK, url=receiver.url), DELIVERY, NOW)
    assert answer.error and "redirects are not followed" in answer.error and len(receiver.received) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("Tue, 14 Nov 2023 22:15:20 GMT", 120), ("Tue, 14 Nov 2000 22:15:20 GMT", 0), ("soon", None),
     ("-5", None), ("9" * 30, None)],
)  # fmt: skip
def test_a_wish_to_be_left_alone_is_read(receiver: Receiver, text: str, seconds: int | None) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": text}
    answer = Sender(LOCAL).send(replace(HOOK, url=receiver.url), DELIVERY, NOW)
    assert answer.asked == (None if seconds is None else seconds * SECOND)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((b"",), "without an answer"),
        ((b"HTTP/1.1 200 O",), "cut off"),
        ((b"SSH-2.0-x\r\n\r\n",), "not HTTP"),
        ((b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000,), "more than 16384 bytes"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"), None),
    ],
)
def test_what_is_no_answer_is_told(answers: tuple[bytes, ...], reason: str | None) -> None:
    with raw(*answers) as url:
        answer = Sender(LOCAL).send(replace(HOOK, url=url), DELIVERY, NOW)
    assert answer.good if reason is None else reason in str(answer.error)


def test_an_endpoint_that_hangs_is_let_go_of_also_one_that_answers_bit_by_bit() -> None:
    for answers in ((), (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")):
        with raw(*answers, end=False) as url:
            answer = Sender(LOCAL, seconds=0.2).send(replace(HOOK, url=url), DELIVERY, NOW)
        assert answer.error == "no answer within 0.2 seconds" and answer.away


def test_an_endpoint_that_nobody_answers_for_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    answer = Sender(LOCAL).send(replace(HOOK, url=f"http://127.0.0.1:{port}/"), DELIVERY, NOW)
    assert answer.error == "it refuses connections"


@pytest.mark.parametrize("policy", [Policy(http=True), Policy((ip_network("10.0.0.0/8"),), http=True)])
def test_an_address_that_is_not_public_is_not_called(receiver: Receiver, policy: Policy) -> None:
    port = receiver.server.server_port
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1"):
        answer = Sender(policy).send(replace(HOOK, url=f"http://{host}:{port}/"), DELIVERY, NOW)
        assert answer.error and ("not public" in answer.error or "not found" in answer.error), host
    assert receiver.received == []


def test_the_address_that_was_checked_is_the_one_that_is_called(receiver: Receiver) -> None:
    asked: list[str] = []

    def rebound(host: str, port: int) -> list[str]:
        """A name that leads elsewhere each time it is looked up."""
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    hook = replace(HOOK, url=f"http://rebound.example:{receiver.server.server_port}/hook")
    assert Sender(LOCAL, resolve=rebound).send(hook, DELIVERY, NOW).good
    assert asked == ["rebound.example"]
    assert receiver.received[0].headers["host"] == f"rebound.example:{receiver.server.server_port}"


def test_of_several_addresses_those_that_are_not_allowed_are_left_out(receiver: Receiver) -> None:
    hook = replace(HOOK, url=f"http://two.example:{receiver.server.server_port}/hook")
    assert Sender(LOCAL, resolve=lambda *_: ["10.0.0.1", "127.0.0.1"]).send(hook, DELIVERY, NOW).good
    answer = Sender(LOCAL, resolve=lambda *_: ["10.0.0.1"]).send(hook, DELIVERY, NOW)
    assert answer.error and "not public" in answer.error


def test_without_https_nothing_is_sent_unless_that_is_allowed(receiver: Receiver) -> None:
    policy = replace(LOCAL, http=False)
    answer = Sender(policy).send(replace(HOOK, url=receiver.url), DELIVERY, NOW)
    assert answer.error and "https" in answer.error and receiver.received == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hook.example that it signed itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook")])
    names = x509.SubjectAlternativeName([x509.DNSName("hook.example"), x509.IPAddress(ip_address("127.0.0.2"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def trusting(certificate: Path) -> Callable[[], ssl.SSLContext]:
    return lambda: ssl.create_default_context(cafile=str(certificate))


def test_https_is_spoken_with_the_name_of_the_url_and_only_with_a_certificate_that_is_trusted(
    receiver: Receiver, certificate: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    port, here = receiver.server.server_port, lambda *_: ["127.0.0.1"]
    policy = replace(LOCAL, http=False)
    good, other = (replace(HOOK, url=f"https://{host}.example:{port}/") for host in ("hook", "other"))
    assert Sender(policy, resolve=here, tls=trusting(certificate)).send(good, DELIVERY, NOW).good
    wrong = Sender(policy, resolve=here, tls=trusting(certificate)).send(other, DELIVERY, NOW)
    assert wrong.error and wrong.error.startswith("its certificate is not trusted: Hostname mismatch")
    unknown = Sender(policy, resolve=here).send(good, DELIVERY, NOW)
    assert unknown.error and "self-signed" in unknown.error.replace(" ", "-")
    assert len(receiver.received) == 1


def test_what_speaks_no_tls_is_told(receiver: Receiver) -> None:
    hook = replace(HOOK, url=f"https://127.0.0.1:{receiver.server.server_port}/")
    answer = Sender(LOCAL).send(hook, DELIVERY, NOW)
    assert answer.error and "no TLS" in answer.error
