"""Contacts: who was reached when, by which channel, to what purpose."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from weixi.collect.intake import bulk
from weixi.collect.intake.channel_words import forms_of_channels
from weixi.collect.intake.checks.columns import Column, Fault, Parse
from weixi.collect.intake.checks.dates import moment_until
from weixi.collect.intake.checks.numbers import minor_units, not_negative, scaled
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.checks.words import OUTCOMES, direction, one_of, purpose
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.seen import Seen, key_of
from weixi.collect.touchpoints.models import Channel

from .contact_writing import write_contacts
from .fields import Field
from .loading import Kind, Outcome, Setup, Texts
from .repeats import once

FIELDS = (
    Field("contact_id", ("联系编号", "联系记录编号", "记录编号", "contact", "contact no", "id"),
          needed=True),
    Field("customer_id", ("客户编号", "客户号", "客户id", "会员号", "会员编号", "customer",
                          "customer no", "customer number"), needed=True),
    Field("at", ("联系时间", "时间", "日期", "date", "time", "contacted at"), needed=True),
    Field("channel", ("渠道", "联系渠道", "联系方式"), needed=True),
    Field("direction", ("方向",), needed=True),
    Field("purpose", ("目的", "联系目的", "用途"), needed=True),
    Field("minutes", ("时长", "分钟", "通话时长", "duration")),
    Field("cost", ("成本", "费用")),
    Field("staff", ("客服", "坐席", "员工", "经办人", "agent", "联系人员")),
    Field("outcome", ("结果", "联系结果", "result")),
    Field("note", ("备注", "说明", "内容", "notes", "comment")),
)  # fmt: skip
NEEDED = frozenset(field.name for field in FIELDS if field.needed)
MOST_MINUTES = 100_000


@dataclass
class Checked:
    size: int
    faults: dict[int, Fault]
    rows: dict[int, dict[str, Any]]  # by row: the values, None where the file says nothing
    repeated: int


class ContactLoader:
    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.columns = {
            name: Column(name, parse, needed=name in NEEDED)
            for name, parse in _parsers(setup).items()
        }
        self.seen = Seen()

    def check(self, texts: Texts, size: int) -> Checked:
        faults: dict[int, Fault] = {}
        values = {
            name: column(texts[name], faults)
            for name, column in self.columns.items()
            if name in texts
        }
        rows = [row for row in range(size) if row not in faults]
        contents = {row: key_of("\0".join(t[row] for t in texts.values())) >> 1 for row in rows}
        numbers = {row: values["contact_id"][row] for row in rows}
        kept, repeated, twice = once(self.seen, numbers, contents)
        for row in twice:
            reason = _("Further up in the file stands another row with this number.")
            faults[row] = Fault("contact_id", numbers[row], reason)
        told = {row: {name: column[row] for name, column in values.items()} for row in kept}
        return Checked(size, faults, told, repeated)

    def write(self, checked: Checked) -> Outcome:
        return write_contacts(self.setup, checked)


def _parsers(setup: Setup) -> dict[str, Parse]:
    moment = moment_until(setup.last_day, setup.zone)
    return {
        "contact_id": identifier,
        "customer_id": identifier,
        "at": lambda text: bulk.moment(moment(text)),
        "channel": _channel(),
        "direction": lambda text: direction(text).value,
        "purpose": lambda text: purpose(text).value,
        "minutes": _minutes,
        "cost": not_negative(minor_units),
        "staff": text_within(80),
        "outcome": _outcome,
        "note": text_within(20_000),
    }


def _channel() -> Parse:
    """Codes and names of the company's channels, and what its files call them → ids."""
    ids = dict(Channel.objects.values_list("code", "pk"))
    return one_of({ids[code]: forms for code, forms in forms_of_channels().items()})


def _minutes(text: str) -> str:
    tenths = not_negative(scaled(1))(text)
    if tenths > 10 * MOST_MINUTES:
        raise ValueError(_("The number is too large."))
    return str(Decimal(tenths) / 10)


def _outcome(text: str) -> str:
    """Our words where they are meant, otherwise the company's own."""
    try:
        return str(one_of(OUTCOMES)(text).value)
    except ValueError:
        return str(text_within(40)(text))


CONTACTS = Kind("contacts", FIELDS, ("contact_id",), ContactLoader)
