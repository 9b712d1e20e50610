"""Many whole pages asked for at once, by hand: a client that costs much is measured with them."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle
from selectors import EVENT_READ, DefaultSelector
from socket import create_connection
from time import perf_counter
from typing import Any

from weixi.core.errors import RuleBroken

CONNECTIONS = 8
PIECE = 262_144


def ask_all(port: int, paths: Sequence[str], cookie: str, *, seconds: float) -> tuple[int, float]:
    """Whole answers, and seconds. Eight connections that stay open; each asks for the next page as
    soon as it has one."""
    head = f"Host: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Language: zh-CN\r\n"
    head += "Accept-Encoding: gzip\r\n"
    asked = cycle([f"GET {path} HTTP/1.1\r\n{head}\r\n".encode() for path in paths])
    answered, began = 0, perf_counter()
    with ExitStack() as stack, DefaultSelector() as ready:
        for _ in range(CONNECTIONS):
            line = stack.enter_context(create_connection(("127.0.0.1", port), timeout=30))
            ready.register(line, EVENT_READ, Answer())
            line.sendall(next(asked))
        while perf_counter() - began < seconds:
            for key, _events in ready.select(timeout=1):
                open_line: Any = key.fileobj
                if key.data.take(open_line.recv(PIECE)):
                    answered += 1
                    open_line.sendall(next(asked))
    return answered, perf_counter() - began


class Answer:
    """What has come of one answer so far."""

    def __init__(self) -> None:
        self.got, self.wanted = b"", 0

    def take(self, data: bytes) -> bool:
        """True once it is whole; an error when it is not the page."""
        if not data:
            raise RuleBroken("The server closed a connection.")
        self.got += data
        if not self.wanted:
            self.wanted = _length(self.got)
        if not self.wanted or len(self.got) < self.wanted:
            return False
        self.got, self.wanted = b"", 0
        return True


def _length(got: bytes) -> int:
    """Bytes of the whole answer; 0 while its head has not come."""
    head, blank, _rest = got.partition(b"\r\n\r\n")
    if not blank:
        return 0
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuleBroken(f"The server answered {head[:60].decode(errors='replace')}.")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return len(head) + len(blank) + int(length[1] if length else 0)
