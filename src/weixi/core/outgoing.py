"""Calls to other people's servers. A hostile or slow one cannot hurt us (W-04), nor can an
address that somebody typed on a page lead into our own network (SSRF)."""

import http.client
import ipaddress
import socket
import ssl
from contextlib import closing
from time import monotonic
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

ANSWER_MOST = 100_000
SECONDS = 10.0


class Forbidden(Exception):
    """The address leads where we do not go."""


class NotReached(Exception):
    """Nothing was sent: no connection."""


class NoAnswer(Exception):
    """It was sent, and no whole answer came back in time."""


class Answer(NamedTuple):
    status: int
    body: bytes


def post(
    url: str,
    body: bytes,
    *,
    headers: dict[str, str],
    may_be_private: bool = False,
    seconds: float = SECONDS,
) -> Answer:
    """One POST, no redirects, to an address that was looked at and is then used as it is.

    `may_be_private`: for addresses of the operator (environment), never for those of a page.
    """
    parts = urlsplit(url)
    address = _looked_up(parts, may_be_private)
    until = monotonic() + seconds
    with closing(_connection(parts, address, seconds)) as connection:
        try:
            connection.connect()
        except OSError as problem:
            raise NotReached(type(problem).__name__) from None
        try:
            connection.request("POST", _target(parts), body, headers)
            response = connection.getresponse()
            return Answer(response.status, _read(connection, response, until))
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswer(type(problem).__name__) from None


def check(url: str) -> None:
    """Forbidden unless this is https to a public address: for addresses typed on a page."""
    _looked_up(urlsplit(url), may_be_private=False)


def _looked_up(parts: SplitResult, may_be_private: bool) -> str:
    schemes = ("https", "http") if may_be_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username:
        raise Forbidden("https only, without a user")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        raise NotReached("unknown host") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not may_be_private and not all(_is_public(address) for address in addresses):
        raise Forbidden("not a public address")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


def _connection(parts: SplitResult, address: str, seconds: float) -> http.client.HTTPConnection:
    """The name stands in the certificate check and in Host; the socket goes to the address."""
    host, port = parts.hostname or "", parts.port

    def dial(target: tuple[str, int], *rest: object, **more: object) -> socket.socket:
        return socket.create_connection((address, target[1]), timeout=seconds)

    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
    connection._create_connection = dial  # type: ignore[attr-defined]
    return connection


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _read(
    connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float
) -> bytes:
    """At most so much, and in time, however slowly it drips."""
    got = b""
    while len(got) < ANSWER_MOST:
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        chunk = response.read1(min(8_192, ANSWER_MOST - len(got)))
        if not chunk:
            break
        got += chunk
    return got
