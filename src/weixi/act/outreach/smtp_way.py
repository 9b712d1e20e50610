"""E-mail over SMTP, step by step: only what fails after the text went out is unsure."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from email.utils import formataddr, formatdate
from urllib.parse import SplitResult, unquote, urlsplit

from .handing import Accepted, Handed, Later, Parcel, Refused, Unsure

TIMEOUT_SECONDS = 10
MESSAGES_A_CONNECTION = 100
ADDRESS_CODES = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
FAILURES = (OSError, smtplib.SMTPException)


@dataclass
class SmtpWay:
    """`url`: smtp://user:password@host:port, smtps:// for TLS from the start."""

    url: str
    sender: str  # address in From
    sender_name: str
    returns_to: str  # envelope sender: where bounces go
    _open: smtplib.SMTP | None = field(default=None, repr=False)
    _sent: int = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        if self._open is None or self._sent >= MESSAGES_A_CONNECTION:
            self.close()
            with suppress(*FAILURES):  # hand_over says Later
                self._open = _connected(urlsplit(self.url))
        yield

    def close(self) -> None:
        if self._open is not None:
            with suppress(*FAILURES):
                self._open.quit()
        self._open, self._sent = None, 0

    def hand_over(self, parcel: Parcel) -> Handed:
        if self._open is None:
            return Later("mail server cannot be reached")
        try:
            done = self._hand(self._open, parcel)
        except FAILURES:
            self._drop()
            return Later("connection lost before the text")
        if not isinstance(done, Accepted):
            self._reset()
        self._sent += 1
        return done

    def _hand(self, server: smtplib.SMTP, parcel: Parcel) -> Handed:
        for code, text in (
            server.mail(self.returns_to),
            server.rcpt(parcel.address),
            server.docmd("DATA"),
        ):
            if code not in (250, 251, 354):
                return _answer(code, text)
        try:
            server.send(_lines(self._mail(parcel)))
            code, text = server.getreply()
        except FAILURES as problem:
            self._drop()
            return Unsure(type(problem).__name__)
        return Accepted() if code == 250 else _answer(code, text)

    def _mail(self, parcel: Parcel) -> EmailMessage:
        mail = EmailMessage(policy=SMTP_LINES)
        mail["From"] = formataddr((self.sender_name, self.sender))
        mail["To"] = parcel.address
        mail["Subject"] = parcel.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{parcel.id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        if parcel.unsubscribe:
            mail["List-Unsubscribe"] = f"<{parcel.unsubscribe}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(parcel.text, cte="base64")
        return mail

    def _reset(self) -> None:
        if self._open is not None:
            try:
                self._open.rset()
            except FAILURES:
                self._drop()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None


def _connected(address: SplitResult) -> smtplib.SMTP:
    host, is_tls = address.hostname or "localhost", address.scheme == "smtps"
    port = address.port or (465 if is_tls else 587)
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if is_tls:
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    server.ehlo_or_helo_if_needed()
    if not is_tls and address.username:
        server.starttls(context=context)
        server.ehlo()
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server


def _answer(code: int, text: bytes) -> Handed:
    """421 and other 4xx: later. The text of a server can name the address, so it is not kept."""
    words = text.decode("ascii", "replace").split()
    detail = next((w for w in words if w.count(".") == 2 and w[0] in "245"), "")
    problem = f"SMTP {code} {detail}".strip()
    if code < 500:
        return Later(problem)
    return Refused(problem, is_address=detail in ADDRESS_CODES or (code == 550 and not detail))


def _lines(mail: EmailMessage) -> bytes:
    """Dots at the start of a line doubled, and the end of the text."""
    text = mail.as_bytes().replace(b"\r\n.", b"\r\n..")
    return text + (b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n")
