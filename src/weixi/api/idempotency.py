"""The same write sent twice has one effect (L-04): its committed answer is kept with its key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from ninja import Schema, Status
from ninja.errors import HttpError

from weixi.core import once
from weixi.core.clock import now
from weixi.core.vault import fingerprint

from .access import ApiRequest

HEADER = "Idempotency-Key"
KEY_LENGTH = 255
Operation = Callable[..., Any]


def idempotent(operation: Operation) -> Operation:
    """For operations that write. They return Status(…, schema) or a schema (200).

    The key, the answer and the write are one transaction: after a crash either all are there or
    none. A key that comes with another request is refused (422). Never on an operation whose
    answer holds revealed personal data: the answer is stored.
    """

    @wraps(operation)
    def answered(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None:
            return operation(request, *args, **kwargs)
        if not 1 <= len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
            raise HttpError(400, _("An Idempotency-Key has 1 to 255 printable ASCII characters."))
        with transaction.atomic():
            return _once(request, key, lambda: operation(request, *args, **kwargs))

    answered.wx_idempotent = True  # type: ignore[attr-defined]
    return answered


def _once(request: ApiRequest, key: str, operation: Callable[[], Any]) -> Any:
    who, print_ = f"user {request.actor.user_id}", _request_print(request)
    try:
        with transaction.atomic():  # a second sender waits here until the first has committed
            entry = once.take(actor=who, key=key, request_hash=print_, at=now())
    except IntegrityError:
        status, body, before = once.answer_of(actor=who, key=key)
        if before != print_:
            raise HttpError(422, _("This key was used for another request.")) from None
        return Status(status, body)
    status, body = _plain(operation())
    once.keep(entry, status=status, body=body)
    return Status(status, body)


def _plain(result: Any) -> tuple[int, Any]:
    is_plain = not isinstance(result, Status)
    status, body = (200, result) if is_plain else (result.status_code, result.value)
    return status, body.model_dump(mode="json") if isinstance(body, Schema) else body


def _request_print(request: ApiRequest) -> str:
    """Keyed, since a body may hold a phone number."""
    words = (request.method or "", request.get_full_path(), request.body.decode(errors="replace"))
    return fingerprint("request", "\0".join(words))
