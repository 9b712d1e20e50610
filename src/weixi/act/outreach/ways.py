"""The ways that this installation has: from its settings; files where nothing is set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from . import queries
from .handing import Accepted, Handed, Parcel, Way
from .sms_way import SmsWay
from .smtp_way import SmtpWay


@dataclass(frozen=True)
class FileWay:
    """For trying out: every message becomes a file, nobody gets one."""

    folder: Path

    @contextmanager
    def opened(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        yield

    def hand_over(self, parcel: Parcel) -> Handed:
        lines = (f"To: {parcel.address}", f"Subject: {parcel.subject}",
                 f"List-Unsubscribe: {parcel.unsubscribe}", "", parcel.text, "")  # fmt: skip
        (self.folder / f"{parcel.id}.txt").write_text("\n".join(lines), encoding="utf-8")
        return Accepted()


def ways() -> dict[str, Way]:
    return {"email": _email(), "sms": _sms()}


def _email() -> Way:
    if not settings.EMAIL_URL:
        return FileWay(Path(settings.VAR) / "mail")
    return SmtpWay(
        url=settings.EMAIL_URL,
        sender=settings.EMAIL_FROM,
        sender_name=queries.company_name(),
        returns_to=settings.EMAIL_RETURNS,
    )


def _sms() -> Way:
    if not settings.SMS_URL:
        return FileWay(Path(settings.VAR) / "sms")
    return SmsWay(url=settings.SMS_URL, token=settings.SMS_TOKEN, body=settings.SMS_BODY)
