"""Order lines: one row a line, the head of an order repeated on each of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Column, Fault, Parse
from weixi.collect.intake.checks.dates import FIRST_YEAR, day_between, moment_until
from weixi.collect.intake.checks.numbers import cost_e4, minor_units, price_e4, quantity_e3
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.seen import Seen, key_of, keys_of, occurrences

from .fields import Field
from .loading import Kind, Outcome, Setup, Texts
from .order_lines import Lines, lines_of
from .order_writing import write_orders

Values = dict[str, Sequence[Any]]
LAST_DUE = date(2200, 1, 1)

FIELDS = (
    Field("order_id", ("订单号", "订单编号", "单号", "order", "order no", "order number", "invoice",
                       "invoice no", "订单id", "交易号", "单据编号", "小票号"), needed=True),
    Field("customer_id", ("客户编号", "客户号", "客户id", "会员号", "会员编号", "会员id",
                          "customer", "customer no", "customer number", "member id",
                          "买家id"), needed=True),
    Field("ordered_at", ("下单时间", "订单时间", "下单日期", "订单日期", "购买时间", "购买日期",
                         "交易时间", "成交时间", "日期", "date", "order date", "invoice date",
                         "order time", "created at", "purchased at"), needed=True),
    Field("product_id", ("商品编号", "产品编号", "货号", "商品编码", "产品编码", "商品id", "sku",
                         "stock code", "product", "product no", "product code", "item", "item no")),
    Field("product_name", ("商品名称", "产品名称", "商品", "产品", "品名", "description",
                           "item name", "商品标题")),
    Field("product_category", ("商品类别", "商品分类", "产品类别", "产品分类", "品类", "类目",
                               "category", "product category", "item category")),
    Field("quantity", ("数量", "购买数量", "件数", "qty", "units", "销售数量"), needed=True),
    Field("unit_price", ("单价", "价格", "销售单价", "price", "成交单价", "售价"), needed=True),
    Field("discount", ("折扣", "优惠", "优惠金额", "折扣金额", "discount amount", "减免")),
    Field("unit_cost", ("成本", "单位成本", "成本价", "cost", "进价")),
    Field("returned_of", ("退货原单", "原订单号", "原单号", "return of", "original order")),
    Field("due_at", ("应付日期", "到期日", "付款期限", "due", "due date", "应收日期")),
    Field("paid_at", ("付款日期", "支付时间", "付款时间", "支付日期", "paid", "paid date",
                      "payment date", "实付日期")),
)  # fmt: skip


@dataclass(slots=True)
class Head:
    """What the first row of an order in the file says; `is_first`: not seen before in the file."""

    number: str
    customer: str | None
    ordered_at: Any
    due_on: Any
    paid_on: Any
    returned_of: str
    is_first: bool = True

    def __reduce__(self) -> tuple[type["Head"], tuple[Any, ...]]:
        """Half a million go from one process to another: without their names."""
        return Head, (
            self.number, self.customer, self.ordered_at, self.due_on, self.paid_on,
            self.returned_of, self.is_first,
        )  # fmt: skip


@dataclass
class Checked:
    """`faults` grow no more; rows that only the tables can judge are judged by `write`."""

    faults: dict[int, Fault]
    lines: Lines
    heads: dict[str, Head]
    product_names: dict[str, str]
    product_categories: dict[str, str]


class OrderLoader:
    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.columns = {name: self._column(name) for name in _parsers(setup)}
        self.lines_seen, self.orders_seen, self.days_seen = Seen(), Seen(), Seen()

    def _column(self, name: str) -> Column:
        needed = {f.name for f in FIELDS if f.needed} - {"customer_id"}
        return Column(name, _parsers(self.setup)[name], needed=name in needed)

    def check(self, texts: Texts, size: int) -> Checked:
        faults: dict[int, Fault] = {}
        values: Values = {
            name: column(texts[name], faults) if name in texts else [None] * size
            for name, column in self.columns.items()
        }
        if "order_id" not in texts:
            values["order_id"] = self._made_numbers(texts, size)
        heads = self._heads(values, faults)
        lines = lines_of(values, faults, self.lines_seen)
        names, categories = (
            _of_products(values["product_id"], values[name]) if name in texts else {}
            for name in ("product_name", "product_category")
        )
        shown = {number: heads[number] for number in dict.fromkeys(lines.order)}
        return Checked(faults, lines, shown, names, categories)

    def _made_numbers(self, texts: Texts, size: int) -> list[str]:
        """For files without order numbers: customer, day and a running number."""
        made = [f"{c}-{d}" for c, d in zip(texts["customer_id"], texts["ordered_at"], strict=True)]
        places = occurrences(self.days_seen, keys_of(made))
        return [f"{text}-{place + 1}" for text, place in zip(made, places.tolist(), strict=True)]

    def _heads(self, values: Values, faults: dict[int, Fault]) -> dict[str, Head]:
        numbers, customers = values["order_id"], values["customer_id"]
        rows = [row for row in range(len(numbers)) if row not in faults]
        first = {numbers[row]: row for row in reversed(rows)}
        heads = {number: _head(row, values) for number, row in first.items()}
        owners = [heads[numbers[row]].customer for row in rows]
        if owners != [customers[row] for row in rows]:
            _one_customer_each(rows, values, heads, faults)
        self._compare_with_file(heads, values, faults)
        return heads

    def _compare_with_file(
        self, heads: dict[str, Head], values: Values, faults: dict[int, Fault]
    ) -> None:
        """An order that stood further up in the file keeps its head and its customer."""
        keys = keys_of(heads)
        owners = np.array([_owner_key(head.customer) for head in heads.values()], np.int64)
        known, before = self.orders_seen.numbers_of(keys)
        contradicted = known & (before != 0) & (owners != 0) & (before != owners)
        for head, again, wrong in zip(heads.values(), known, contradicted, strict=True):
            head.is_first = not again
            if wrong:
                _refuse(head.number, values, faults)
        self.orders_seen.put(keys, np.where((owners == 0) | contradicted, before, owners))

    def write(self, checked: Checked) -> Outcome:
        return write_orders(self.setup, checked)


def _parsers(setup: Setup) -> dict[str, Parse]:
    moment = moment_until(setup.last_day, setup.zone)
    due = day_between(date(FIRST_YEAR, 1, 1), LAST_DUE)
    paid = day_between(date(FIRST_YEAR, 1, 1), setup.last_day)
    return {
        "order_id": identifier,
        "customer_id": identifier,
        "ordered_at": lambda text: bulk.moment(moment(text)),
        "product_id": identifier,
        "product_name": text_within(200),
        "product_category": text_within(60),
        "quantity": quantity_e3,
        "unit_price": price_e4,
        "discount": minor_units,
        "unit_cost": cost_e4,
        "returned_of": identifier,
        "due_at": lambda text: bulk.day(due(text)),
        "paid_at": lambda text: bulk.day(paid(text)),
    }


def _head(row: int, values: Values) -> Head:
    return Head(
        number=values["order_id"][row],
        customer=values["customer_id"][row],
        ordered_at=values["ordered_at"][row],
        due_on=values["due_at"][row],
        paid_on=values["paid_at"][row],
        returned_of=values["returned_of"][row] or "",
    )


def _one_customer_each(
    rows: Sequence[int], values: Values, heads: dict[str, Head], faults: dict[int, Fault]
) -> None:
    """The first customer that is named counts for the whole order; another one is a fault."""
    for row in rows:
        head, customer = heads[values["order_id"][row]], values["customer_id"][row]
        if head.customer is None:
            head.customer = customer
        elif customer is not None and customer != head.customer:
            faults[row] = _another_customer(head.number, customer)


def _refuse(number: str, values: Values, faults: dict[int, Fault]) -> None:
    for row, order in enumerate(values["order_id"]):
        if order == number and row not in faults:
            faults[row] = _another_customer(number, values["customer_id"][row] or "")


def _another_customer(number: str, customer: str) -> Fault:
    reason = _("The order %(order)s belongs to another customer further up in the file.")
    return Fault("customer_id", customer, reason % {"order": number})


def _owner_key(customer: str | None) -> int:
    """Never 0, which stands for nobody."""
    return 0 if customer is None else (key_of(customer) >> 1) or 1


def _of_products(numbers: Sequence[str | None], words: Sequence[str | None]) -> dict[str, str]:
    """The first name, or category, of each product in the file."""
    found: dict[str, str] = {}
    for number, word in dict.fromkeys(zip(numbers, words, strict=True)):
        if number is not None and word and number not in found:
            found[number] = word
    return found


ORDERS = Kind("orders", FIELDS, ("order_id",), OrderLoader, is_heavy=True)
