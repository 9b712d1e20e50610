"""Short messages over the HTTP gateway of a provider. The body is a template of the operator."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote_plus

from weixi.core import outgoing

from .handing import Accepted, Handed, Later, Parcel, Refused, Unsure

TRY_LATER = frozenset({401, 403, 404, 408, 425, 429, 500, 503})
UNSURE = frozenset({502, 504})


@dataclass(frozen=True)
class SmsWay:
    """`body`: with {phone}, {text}, {id} in their places; JSON when it starts with a brace, else
    a form. The id is the same at every attempt: the gateway can leave doubles out."""

    url: str
    token: str
    body: str

    @contextmanager
    def opened(self) -> Iterator[None]:
        yield

    def hand_over(self, parcel: Parcel) -> Handed:
        is_json = self.body.lstrip().startswith("{")
        headers = {
            "Content-Type": "application/json" if is_json else "application/x-www-form-urlencoded",
            "Idempotency-Key": parcel.id,
            "User-Agent": "weixi",
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = _filled(self.body, parcel, is_json).encode()
        try:
            answer = outgoing.post(self.url, body, headers=headers, may_be_private=True)
        except (outgoing.NotReached, outgoing.Forbidden) as problem:
            return Later(f"gateway: {problem}")
        except outgoing.NoAnswer as problem:
            return Unsure(f"gateway: {problem}")
        return _said(answer.status)


def _filled(body: str, parcel: Parcel, is_json: bool) -> str:
    for name in ("phone", "text", "id"):
        value = parcel.address if name == "phone" else getattr(parcel, name)
        written = json.dumps(value)[1:-1] if is_json else quote_plus(value)
        body = body.replace(f"{{{name}}}", written)
    return body


def _said(status: int) -> Handed:
    problem = f"HTTP {status}"
    if 200 <= status < 300:
        return Accepted()
    if status in UNSURE:
        return Unsure(problem)
    if status in TRY_LATER or 300 <= status < 400:
        return Later(problem)
    return Refused(problem) if status < 500 else Later(problem)
