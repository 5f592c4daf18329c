"""A mail server on this machine: SMTP (RFC 5321) with a parser of its own, that keeps the mail.

It speaks STARTTLS (RFC 3207) and AUTH PLAIN and LOGIN (RFC 4954) as far as it is told to.
"""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mail:
    """One mail as it was handed over."""

    sender: str
    recipients: list[str]
    content: bytes
    protected: bool
    user: str | None


@dataclass
class Post:
    """What the server offers and refuses. ``refuses`` are answers by command or by recipient,
    each list used up from its front; ``hangs_up_at`` ends the talk at a command.
    """

    port: int = 0
    tls: ssl.SSLContext | None = None
    protected_from_the_start: bool = False
    users: dict[str, str] = field(default_factory=dict)
    refuses: dict[str, list[str]] = field(default_factory=dict)
    hangs_up_at: str = ""
    dawdle: bool = False
    mails: list[Mail] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Talk:
    """One session: a state machine over lines."""

    def __init__(self, handler: socketserver.StreamRequestHandler, post: Post) -> None:
        self.handler, self.post = handler, post
        self.input, self.output = handler.rfile, handler.wfile
        self.protected = False
        self.user: str | None = None
        self.sender, self.recipients = "", []

    def hold(self) -> None:
        if self.post.dawdle:
            while not self.post.over.wait(0.01):
                self.output.write(b"220-still here\r\n")
            return
        self.say("220 post ready")
        while line := self.input.readline(2000).decode("ascii", "replace").rstrip("\r\n"):
            self.post.said.append(line)
            word = line.split(" ")[0].upper()
            if self.post.hangs_up_at == word or not self.obey(word, line):
                return

    def obey(self, word: str, line: str) -> bool:
        refusals = self.post.refuses.get(word)
        if refusals:
            self.say(refusals.pop(0))
            return True
        act = getattr(self, f"on_{word.lower()}", None)
        if act is None:
            self.say("502 not known")
            return True
        return act(line) is not False

    def on_ehlo(self, _: str) -> None:
        offers = ["post"]
        if self.post.tls and not self.protected:
            offers.append("STARTTLS")
        if self.post.users:
            offers.append("AUTH PLAIN LOGIN")
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def on_starttls(self, _: str) -> None:
        self.say("220 go ahead")
        self.protect()
        self.sender, self.recipients = "", []

    def protect(self) -> None:
        connection = self.post.tls.wrap_socket(self.handler.connection, server_side=True)
        self.handler.protected_connection = connection
        self.input, self.output = connection.makefile("rb"), connection.makefile("wb", 0)
        self.protected = True

    def on_auth(self, line: str) -> None:
        _, kind, *rest = line.split(" ")
        if kind.upper() == "PLAIN":
            answer = rest[0] if rest else self.ask("334 ")
            _, user, password = base64.b64decode(answer).decode().split("\0")
        else:
            user = base64.b64decode(rest[0] if rest else self.ask("334 VXNlcm5hbWU6")).decode()
            password = base64.b64decode(self.ask("334 UGFzc3dvcmQ6")).decode()
        if self.post.users.get(user) == password:
            self.user = user
            self.say("235 welcome")
        else:
            self.say("535 5.7.8 wrong user or password")

    def on_mail(self, line: str) -> None:
        if self.post.users and self.user is None:
            self.say("530 5.7.0 log in first")
            return
        self.sender, self.recipients = _address(line), []
        self.say("250 ok")

    def on_rcpt(self, line: str) -> None:
        refusals = self.post.refuses.get(_address(line))
        if refusals:
            self.say(refusals.pop(0))
            return
        self.recipients.append(_address(line))
        self.say("250 ok")

    def on_data(self, _: str) -> None:
        self.say("354 go on, end with a dot")
        lines = []
        while (line := self.input.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        mail = Mail(self.sender, self.recipients, b"".join(lines), self.protected, self.user)
        self.post.mails.append(mail)
        self.say("250 taken")

    def on_rset(self, _: str) -> None:
        self.sender, self.recipients = "", []
        self.say("250 ok")

    def on_quit(self, _: str) -> bool:
        self.say("221 bye")
        return False

    def ask(self, line: str) -> str:
        self.say(line)
        return self.input.readline(2000).decode().strip()

    def say(self, line: str) -> None:
        self.output.write(f"{line}\r\n".encode())


def _address(line: str) -> str:
    return line[line.index("<") + 1 : line.index(">")]


@contextmanager
def served_post(**told: object) -> Iterator[Post]:
    post = Post(**told)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.protected_connection = None
            try:
                talk = _Talk(self, post)
                if post.protected_from_the_start:
                    talk.protect()
                talk.hold()
            finally:
                if self.protected_connection is not None:
                    self.protected_connection.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return

    with Server(("127.0.0.1", 0), Handler) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield post
        finally:
            post.over.set()
            server.shutdown()
            thread.join()
