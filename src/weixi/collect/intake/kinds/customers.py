"""Customers: one row each, with phones, e-mails, cards, consent and the company's own fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from weixi.collect.customers.rules import BOND_YEARS, LIMIT_MOST, IdentityKind
from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Column, Fault, Parse
from weixi.collect.intake.checks.dates import FIRST_YEAR, day_between, day_of_years
from weixi.collect.intake.checks.identities import identities
from weixi.collect.intake.checks.numbers import minor_units, not_negative
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.checks.words import customer_type, yes_no
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.seen import Seen, key_of

from .customer_writing import write_customers
from .fields import CUSTOM, Field
from .loading import Kind, Outcome, Setup, Texts
from .repeats import once

IDENTITIES = {
    "phone": IdentityKind.PHONE,
    "email": IdentityKind.EMAIL,
    "wechat": IdentityKind.WECHAT,
    "card_number": IdentityKind.CARD,
}
FIELDS = (
    Field("customer_id", ("客户编号", "客户号", "客户id", "客户代码", "会员号", "会员编号",
                          "会员id", "customer", "customer no", "customer number", "member id",
                          "id", "编号")),
    Field("name", ("姓名", "客户姓名", "客户名称", "名称", "公司名称", "会员姓名", "联系人",
                   "full name", "customer name"), is_personal=True),
    Field("type", ("类型", "客户类型", "customer type", "性质")),
    Field("phone", ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式",
                    "mobile", "mobile phone", "tel", "telephone", "cell", "phone number",
                    "手机/电话"),
          is_personal=True),
    Field("email", ("邮箱", "电子邮箱", "电子邮件", "邮件", "mail", "e-mail address", "邮箱地址"),
          is_personal=True),
    Field("wechat", ("微信", "微信号", "wechat id", "weixin"), is_personal=True),
    Field("card_number", ("卡号", "会员卡号", "会员卡", "card", "card no", "loyalty card"),
          is_personal=True),
    Field("birthday", ("生日", "出生日期", "birth date", "date of birth", "dob", "出生年月日"),
          is_personal=True),
    Field("city", ("城市", "所在城市", "市", "town", "地区")),
    Field("industry", ("行业", "所属行业", "sector")),
    Field("owner", ("负责人", "客户经理", "归属人", "跟进人", "account manager", "sales rep"),
          permission="customers.assign"),
    Field("source", ("来源", "客户来源", "渠道来源", "lead source", "origin")),
    Field("consent_marketing", ("营销同意", "同意营销", "是否同意营销", "接受营销",
                                "marketing consent", "opt in", "marketing opt in")),
    Field("contract_until", ("合同到期日", "合同到期", "合同截止日", "合同终止日", "合同有效期至",
                             "contract end", "contract ends", "contract ends on",
                             "contract end date")),
    Field("contract_from", ("合同开始日", "合同起始日", "合同生效日", "合同签订日",
                            "contract start", "contract starts on", "contract start date")),
    Field("credit_limit", ("授信额度", "信用额度", "信用限额", "授信限额", "赊销额度",
                           "credit line", "credit amount")),
    Field("credit_limit_since", ("授信日期", "授信起始日", "授信生效日", "额度生效日",
                                 "credit limit from", "credit limit date")),
)  # fmt: skip
ONE_PERSON = frozenset({"phone", "email", "card_number", "wechat"})


@dataclass
class Row:
    """A row that is right so far; None = the file says nothing about the field."""

    row: int
    key: Any  # what it is found again by
    values: dict[str, Any]
    identities: dict[IdentityKind, tuple[str, ...]]
    custom: dict[str, str]


@dataclass
class Checked:
    size: int
    faults: dict[int, Fault]
    rows: list[Row]
    repeated: int  # rows that say again what stood further up


class CustomerLoader:
    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.columns = {
            name: Column(name, parse, needed=name == setup.update_by)
            for name, parse in _parsers(setup).items()
        }
        self.custom = {
            name: Column(name, text_within(300)) for name in setup.fields if name.startswith(CUSTOM)
        }
        self.seen = Seen()

    def check(self, texts: Texts, size: int) -> Checked:
        faults: dict[int, Fault] = {}
        columns = {**self.columns, **self.custom}
        values = {
            name: column(texts[name], faults) for name, column in columns.items() if name in texts
        }
        _judge_contracts(values, faults)
        _judge_limits(values, faults)
        rows = [self._row(i, values) for i in range(size) if i not in faults]
        rows, repeated = self._once(rows, texts, faults)
        return Checked(size, faults, rows, repeated)

    def _row(self, i: int, values: dict[str, list[Any]]) -> Row:
        told = {name: column[i] for name, column in values.items() if column[i] is not None}
        found = {kind: told.pop(name) for name, kind in IDENTITIES.items() if name in told}
        custom = {
            name[len(CUSTOM) :]: told.pop(name) for name in list(told) if name.startswith(CUSTOM)
        }
        by = self.setup.update_by
        key = found[IDENTITIES[by]][0] if by in IDENTITIES else told.get("customer_id")
        return Row(i, key, told, found, custom)

    def _once(
        self, rows: list[Row], texts: Texts, faults: dict[int, Fault]
    ) -> tuple[list[Row], int]:
        """Of rows for the same customer the first counts; an equal one is harmless, another not."""
        cells = list(texts.values())
        keys = {row.row: str(row.key) if row.key else f"\0{row.row}" for row in rows}
        told = {row.row: key_of("\0".join(c[row.row] for c in cells)) >> 1 for row in rows}
        kept, repeated, twice = once(self.seen, keys, told)
        by_row = {row.row: row for row in rows}
        for row in twice:
            faults[row] = self._twice(by_row[row])
        return [by_row[row] for row in kept], repeated

    def _twice(self, row: Row) -> Fault:
        reason = _("Further up in the file stands another row for the same customer.")
        return Fault(self.setup.update_by, str(row.key), reason)

    def write(self, checked: Checked) -> Outcome:
        return write_customers(self.setup, checked)


def _judge_contracts(values: dict[str, list[Any]], faults: dict[int, Fault]) -> None:
    for i, first in enumerate(values.get("contract_from", ())):
        last = values["contract_until"][i] if "contract_until" in values else None
        if i in faults or first is None:
            continue
        if last is None:
            reason = _("A contract needs its last day, too.")
        elif last < first:
            reason = _("A contract ends after it begins.")
        else:
            continue
        faults[i] = Fault("contract_from", str(first), reason)


def _judge_limits(values: dict[str, list[Any]], faults: dict[int, Fault]) -> None:
    for i, since in enumerate(values.get("credit_limit_since", ())):
        told = values["credit_limit"][i] if "credit_limit" in values else None
        if i not in faults and since is not None and told is None:
            reason = _("The day of a credit limit needs its amount, too.")
            faults[i] = Fault("credit_limit_since", str(since), reason)


def _credit_limit(text: str) -> int:
    amount = not_negative(minor_units)(text)
    if amount > LIMIT_MOST:
        raise ValueError(_("The number is too large."))
    return amount


def _parsers(setup: Setup) -> dict[str, Parse]:
    birthday = day_between(date(FIRST_YEAR, 1, 1), setup.today)
    contract_day = day_of_years(BOND_YEARS)
    texts: dict[str, Parse] = {
        "customer_id": identifier,
        "name": text_within(120),
        "type": lambda text: customer_type(text).value,
        "birthday": lambda text: bulk.day(birthday(text)),
        "city": text_within(60),
        "industry": text_within(60),
        "owner": text_within(150),
        "source": text_within(60),
        "consent_marketing": yes_no,
        "contract_until": lambda text: bulk.day(contract_day(text)),
        "contract_from": lambda text: bulk.day(contract_day(text)),
        "credit_limit": _credit_limit,
        "credit_limit_since": lambda text: bulk.day(contract_day(text)),
    }
    return texts | {name: identities(kind) for name, kind in IDENTITIES.items()}


def keys(fields: Sequence[Field]) -> tuple[str, ...]:
    return ("customer_id", *(field.name for field in fields if field.name in ONE_PERSON))


CUSTOMERS = Kind(
    "customers", FIELDS, keys(FIELDS), CustomerLoader, has_custom=True, batch_rows=4_000
)
