"""Gateways for messages on this machine: a mail server, and one by HTTP that does as it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """A mail server, and beside it a gateway by HTTP that does as it is told."""

    smtp: int = 0
    http: int = 0
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer: int = 200
    #: Until it is set, the gateway takes a request and says nothing.
    speaks: threading.Event = field(default_factory=threading.Event)

    @property
    def gateways(self) -> dict[str, str]:
        """The setting `notify` that leads here."""
        return {
            "mail": f"mailto://127.0.0.1:{self.smtp}?from=antrean@kantor.example.id"
            "&name=Dukcapil&mode=insecure&to={address}",
            "whatsapp": f"json://127.0.0.1:{self.http}/send?:to={{address}}",
        }


@contextmanager
def listening() -> Iterator[Post]:
    """Both, listening on this machine."""
    post = Post()

    class Mail(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            """Speak as much SMTP (RFC 5321) as one mail needs."""
            self.wfile.write(b"220 surat\r\n")
            to = ""
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    read = message_from_bytes(b"".join(lines), policy=policy.default)
                    post.mails.append((to, read))
                if verb == b"RCPT":
                    to = line.decode().split("<")[1].split(">")[0]
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    return

    class Gateway(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = list(iter(self.rfile.readline, b"\r\n"))
            length = next(int(each[15:]) for each in head if each.lower().startswith(b"content-l"))
            post.asked.append(self.rfile.read(length).decode())
            post.speaks.wait(20)
            self.wfile.write(f"HTTP/1.1 {post.answer} said\r\nContent-Length: 0\r\n\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Mail) as mail, Server(("127.0.0.1", 0), Gateway) as gateway:
        post.smtp, post.http = mail.server_address[1], gateway.server_address[1]
        for each in (mail, gateway):
            threading.Thread(target=each.serve_forever, args=(0.02,), daemon=True).start()
        yield post
        post.speaks.set()
        mail.shutdown()
        gateway.shutdown()
