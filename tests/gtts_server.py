"""A loopback speech service: answers the call that gTTS makes, over real HTTPS with a throw-away certificate, well or badly."""

import base64
import datetime as dt
import ipaddress
import json
import math
import socket
import ssl
import struct
import threading
import urllib.parse
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import lameenc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

RATE = 24_000
SYLLABLE_S = 0.26


def hum(seconds: float, *, rate: int = RATE) -> bytes:
    """s16le: a hum that swells and fades once a syllable, with a little silence around it."""
    lead = array("h", bytes(2 * rate // 10))
    count = int(seconds * rate)
    step = int(SYLLABLE_S * rate)
    sound = array(
        "h",
        (
            round(
                12_000 * (0.15 + 0.85 * math.sin(math.pi * (i % step) / step)) * math.sin(2 * math.pi * 180 * i / rate)
            )
            for i in range(count)
        ),
    )
    return (lead + sound + lead).tobytes()


def mp3(pcm: bytes, *, rate: int = RATE) -> bytes:
    """Encode s16le mono."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_quality(7)
    return bytes(encoder.encode(pcm) + encoder.flush())


def speech(words: str) -> bytes:
    """What the service would say: as long as the words are."""
    return mp3(hum(len(words.split()) * SYLLABLE_S))


def envelope(sound: bytes) -> bytes:
    """The answer's own shape: a guard line, then a line of JSON that holds JSON that holds base64."""
    inner = json.dumps([base64.b64encode(sound).decode()], separators=(",", ":"))
    line = json.dumps([["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]], separators=(",", ":"))
    return b")]}'\n\n" + f"{len(line)}\n{line}\n".encode()


class SpeechServer:
    """``answers`` are used up one a request, the last for ever; ``heard`` are the texts asked for."""

    def __init__(self) -> None:
        self.answers: list[Callable[[BaseHTTPRequestHandler, str], None]] = [good]
        self.heard: list[str] = []
        self.languages: list[str] = []
        self.released = threading.Event()
        self.port = 0

    @property
    def tld(self) -> str:
        """gTTS builds ``https://translate.google.<tld>/``: all before the ``@`` becomes a user name."""
        return f"com@127.0.0.1:{self.port}"

    def next_answer(self) -> Callable[[BaseHTTPRequestHandler, str], None]:
        """The answer for this request."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, kind: str = "application/json") -> None:
    """One whole answer."""
    handler.send_response(status)
    handler.send_header("Content-Type", f"{kind}; charset=utf-8")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def good(handler: BaseHTTPRequestHandler, words: str) -> None:
    """Speech."""
    send(handler, envelope(speech(words)))


def sounding(sound: bytes) -> Callable[[BaseHTTPRequestHandler, str], None]:
    """These bytes as if they were the sound."""
    return lambda handler, _: send(handler, envelope(sound))


def refusal(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, str], None]:
    """An error status."""

    def answer(handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def page(handler: BaseHTTPRequestHandler, _: str) -> None:
    """A captive portal's page with status 200."""
    send(handler, b"<!doctype html><html><body>Please sign in to the network</body></html>", kind="text/html")


def no_audio(handler: BaseHTTPRequestHandler, _: str) -> None:
    """The right envelope with nothing in it."""
    send(handler, b")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", None, None, None, [3], "generic"]]).encode())


def cut_short(handler: BaseHTTPRequestHandler, words: str) -> None:
    """Half of the promised bytes, then the connection ends."""
    body = envelope(speech(words))
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.close_connection = True


def cut_inside(handler: BaseHTTPRequestHandler, words: str) -> None:
    """A whole answer by its length, whose sound stops after a fifth."""
    sound = speech(words)
    send(handler, envelope(sound[: len(sound) // 5]))


def reset(handler: BaseHTTPRequestHandler, _: str) -> None:
    """The connection is reset instead of answered."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hanging(server: SpeechServer) -> Callable[[BaseHTTPRequestHandler, str], None]:
    """No byte until the test is over."""

    def answer(handler: BaseHTTPRequestHandler, _: str) -> None:
        server.released.wait(60)
        handler.close_connection = True

    return answer


def dripping(server: SpeechServer) -> Callable[[BaseHTTPRequestHandler, str], None]:
    """One byte at a time, each soon enough for a timeout that counts only silence."""

    def answer(handler: BaseHTTPRequestHandler, words: str) -> None:
        body = envelope(speech(words))
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for i in range(len(body)):
            if server.released.wait(0.1):
                break
            handler.wfile.write(body[i : i + 1])
            handler.wfile.flush()
        handler.close_connection = True

    return answer


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _handler(server: SpeechServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = urllib.parse.parse_qs(body.rstrip("&"))
            words, language, *_ = json.loads(json.loads(form["f.req"][0])[0][0][1])
            server.heard.append(words)
            server.languages.append(language)
            server.next_answer()(self, words)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
            """Quiet."""

    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is what some of these answers provoke."""


@contextmanager
def running(folder: Path) -> Iterator[SpeechServer]:
    """Serve on a free port of the loopback until the block ends."""
    server = SpeechServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    listener = _QuietServer(("127.0.0.1", 0), _handler(server))
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    server.port = listener.server_address[1]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        listener.shutdown()
        listener.server_close()
        thread.join()
