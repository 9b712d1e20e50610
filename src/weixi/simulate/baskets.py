"""What is in each order: products, quantities, prices, discounts, returns, adjustments, dates."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.simulate.arrays import Bools, Floats, Ints
from weixi.simulate.catalog import NAMES, Catalog
from weixi.simulate.columns import (
    blank,
    dates,
    joined,
    moments,
    money,
    numbered,
    padded,
    texts,
    thousandths,
)
from weixi.simulate.journey import Orders
from weixi.simulate.parameters import EVENTS, LOYALTY, Parameters
from weixi.simulate.population import Crowd, choose
from weixi.simulate.season import Clock, Window

ANONYMOUS = -1
SALE, RETURN, ADJUSTMENT = 0, 1, 2
PREFIX = ("HM", "TH", "TZ")  # 禾木 order, 退货 return, 调整 adjustment
BUSINESS_PRICE = 0.88
PRICE_RISE = 0.025  # per calendar year
NEVER = np.iinfo(np.int64).max


@dataclass
class Lines:
    """Order lines; `document` groups them, `parent` names the document a return belongs to."""

    document: Ints
    kind: Ints
    parent: Ints
    customer: Ints
    at: Floats
    product: Ints
    quantity: Ints  # thousandths
    price: Ints  # fen per unit
    discount: Ints  # fen off the line
    cost: Ints  # fen per unit

    def pick(self, rows: Ints | Bools) -> "Lines":
        return Lines(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass
class Sales:
    """A chunk's lines in order of time, with each order's net value and document number."""

    lines: Lines
    number: Ints  # running number per document
    value: Ints  # fen per order of the journey


def draw_sales(
    rng: np.random.Generator, crowd: Crowd, orders: Orders, dials: Parameters, goods: Catalog,
    clock: Clock, window: Window,
) -> Sales:  # fmt: skip
    """All lines of a chunk: named and anonymous sales, returns, adjustments."""
    sold = _sell(rng, crowd, orders, dials, goods, clock, window)
    count = len(orders.at)
    amount = sold.quantity * sold.price // 1000 - sold.discount
    value = np.bincount(sold.document, amount, minlength=count)[:count].astype(np.int64)
    parts = [sold]
    if dials.services:
        parts.append(_take_back(rng, crowd, orders, sold, window))
        parts.append(_adjust(rng, sold, window))
        documents = int(sold.document.max(initial=-1)) + 1
        for part in parts[1:]:
            part.document += documents
            documents += len(part.document)
    lines = _stack(parts)
    order = np.lexsort((lines.product, lines.document, lines.at))
    lines = lines.pick(order)
    return Sales(lines, _number(lines), value)


def _number(lines: Lines) -> Ints:
    """Documents numbered from 0 in order of time."""
    _, first = np.unique(lines.document, return_index=True)
    number = np.full(int(lines.document.max(initial=0)) + 1, -1, dtype=np.int64)
    number[lines.document[np.sort(first)]] = np.arange(len(first))
    return number


def _sell(
    rng: np.random.Generator, crowd: Crowd, orders: Orders, dials: Parameters, goods: Catalog,
    clock: Clock, window: Window,
) -> Lines:  # fmt: skip
    """Lines of the named orders, then of the anonymous ones."""
    extra = rng.poisson(len(orders.at) * dials.anonymous)
    passed = clock.passed[0]
    when = np.interp(rng.random(extra) * passed[-1], passed, clock.days)
    at = np.concatenate([orders.at, np.minimum(when, window.length - 1e-3)])
    who = np.concatenate([orders.customer, np.full(extra, ANONYMOUS)])
    more = np.where(who >= 0, crowd.lines[who], 0.5)
    wanted = np.minimum(1 + rng.poisson(more), 9)
    document = np.repeat(np.arange(len(at)), wanted)
    product = _products(rng, crowd, who[document], _month(window, at)[document], goods)
    # The same product twice in one order becomes one line.
    key = np.unique(document * len(goods.ids) + product)
    document, product = np.divmod(key, len(goods.ids))
    return _price(rng, crowd, who[document], at[document], document, product, goods, window)


def _month(window: Window, at: Floats) -> Ints:
    """Month of the year, 0 = January."""
    return window.days(at).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12


def _products(
    rng: np.random.Generator, crowd: Crowd, who: Ints, month: Ints, goods: Catalog
) -> Ints:
    """Two of three lines come from the customer's main category, the rest from anywhere."""
    n = len(who)
    category = choose(rng, goods.category_weight, n)
    main = (who >= 0) & (rng.random(n) < 0.66)
    category = np.where(main, crowd.favourite[who], category)
    edges = np.cumsum(goods.popularity)
    before = np.concatenate(([0.0], edges))[goods.first]
    until = edges[goods.first + goods.count - 1]
    drawn = before[category] + rng.random(n) * (until - before)[category]
    product = np.searchsorted(edges, drawn, side="right").clip(0, len(edges) - 1)
    return np.where(goods.months[product, month], product, goods.first[category])


def _price(
    rng: np.random.Generator, crowd: Crowd, who: Ints, at: Floats, document: Ints, product: Ints,
    goods: Catalog, window: Window,
) -> Lines:  # fmt: skip
    """Quantity, price of the year, contract price for firms, discount."""
    n = len(who)
    firm = (who >= 0) & crowd.business[who]
    pieces = 1000 * (1 + rng.poisson(np.where(firm, 7.0, 0.35)))
    grams = 100 * (4 + rng.poisson(12, n)) * np.where(firm, 10, 1)
    quantity = np.where(goods.by_weight[product], grams, pieces).astype(np.int64)
    years = (window.days(at).astype("datetime64[D]").astype("datetime64[Y]")).astype(np.int64)
    rise = (1 + PRICE_RISE) ** (years - (window.end.year - 1970))
    level = rise * np.where(firm, BUSINESS_PRICE, 1.0)
    price = (np.rint(goods.price[product] * level / 10) * 10).astype(np.int64)
    off = _discount(rng, crowd, who, at, firm, window)
    return Lines(
        document=document,
        kind=np.zeros(n, dtype=np.int64),
        parent=np.full(n, -1),
        customer=who,
        at=at,
        product=product,
        quantity=quantity,
        price=price,
        discount=(np.rint(quantity * price * off / 10000) * 10).astype(np.int64),
        cost=np.rint(goods.cost[product] * rise).astype(np.int64),
    )


def _discount(
    rng: np.random.Generator, crowd: Crowd, who: Ints, at: Floats, firm: Bools, window: Window
) -> Floats:
    """Share off: nearly everyone at 11·11 and 6·18, the price-minded also in between."""
    n = len(who)
    often = np.full(len(LOYALTY), 0.10)
    often[LOYALTY.index("price")], often[LOYALTY.index("incentive")] = 0.48, 0.32
    often[LOYALTY.index("premium")] = 0.04
    chance = np.where(who >= 0, often[crowd.loyalty[who]], 0.08)
    day = window.days(at).astype("datetime64[D]")
    in_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    month = _month(window, at) + 1
    festival = ((month == 11) & (in_month >= 9) & (in_month <= 13)) | (
        (month == 6) & (in_month >= 16) & (in_month <= 20)
    )
    given = (rng.random(n) < np.where(festival, 0.75, chance)) & ~firm
    return np.where(given, rng.choice(np.array([0.05, 0.08, 0.1, 0.15, 0.2]), n), 0.0)


def _take_back(
    rng: np.random.Generator, crowd: Crowd, orders: Orders, sold: Lines, window: Window
) -> Lines:
    """Returned lines: after a defect or a wrong item often, else now and then."""
    named = sold.customer >= 0
    event = np.where(named, orders.event[np.where(named, sold.document, 0)], 0)
    chance = np.where(event == EVENTS.index("defect"), 0.5, 0.006)
    chance = np.where(event == EVENTS.index("wrong_item"), 0.45, chance)
    chance *= named & ~crowd.internal[sold.customer]
    back = sold.pick(rng.random(len(chance)) < chance)
    back.at = back.at + rng.uniform(1.5, 10.0, len(back.at))
    back = back.pick(back.at < window.length)
    back.kind[:] = RETURN
    back.parent = back.document.copy()
    back.quantity, back.discount = -back.quantity, -back.discount
    back.document = np.arange(len(back.at))
    return back


def _adjust(rng: np.random.Generator, sold: Lines, window: Window) -> Lines:
    """A few price adjustments in the customer's favour: negative unit price, no cost."""
    some = sold.pick((sold.customer >= 0) & (rng.random(len(sold.at)) < 0.0006))
    some.at = some.at + rng.uniform(1.0, 12.0, len(some.at))
    some = some.pick(some.at < window.length)
    some.kind[:] = ADJUSTMENT
    some.parent[:] = -1
    some.quantity[:] = 1000
    some.price = -np.maximum(some.price // 10, 100)
    some.discount[:] = 0
    some.cost[:] = 0
    some.document = np.arange(len(some.at))
    return some


def _stack(parts: list[Lines]) -> Lines:
    names = list(Lines.__dataclass_fields__)
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def order_ids(days: Ints, kind: Ints, number: Ints) -> pa.Array:
    """Ids such as HM251111-00000042: what it is, the day, the running number."""
    start = int(days.min(initial=NEVER)) if len(days) else 0
    span = np.arange(start, (int(days.max()) if len(days) else start) + 1)
    stamps = [str(day).replace("-", "")[2:] + "-" for day in span.astype("datetime64[D]")]
    return joined(texts(PREFIX, kind), texts(stamps, days - start), padded(number, 8))


def order_table(
    rng: np.random.Generator, crowd: Crowd, sales: Sales, offset: int, goods: Catalog,
    window: Window,
) -> pa.Table:  # fmt: skip
    """The canonical order file."""
    lines = sales.lines
    days = window.days(lines.at)
    anonymous = lines.customer < 0
    due, paid, unpaid = _credit(rng, crowd, sales, window)
    number = crowd.number[lines.customer]
    codes = [*goods.ids, "TZ01"]
    names = [*goods.names, "价格调整"]
    categories = [*(NAMES[place] for place in goods.category), ""]
    product = np.where(lines.kind == ADJUSTMENT, len(goods.ids), lines.product)
    parent_day = np.zeros(len(sales.number), dtype=np.int64)
    parent_day[lines.document] = days
    own = order_ids(days, lines.kind, sales.number[lines.document] + offset + 1)
    up = np.maximum(lines.parent, 0)
    origin = order_ids(parent_day[up], np.zeros_like(up), sales.number[up] + offset + 1)
    return pa.table(
        {
            "order_id": own,
            "customer_id": numbered("C", number, 7, missing=anonymous),
            "ordered_at": moments(window.seconds(lines.at)),
            "product_id": texts(codes, product),
            "product_name": texts(names, product),
            "product_category": texts(categories, product),
            "quantity": thousandths(lines.quantity),
            "unit_price": money(lines.price),
            "discount": money(lines.discount),
            "unit_cost": money(lines.cost),
            "returned_of": blank(origin, lines.parent < 0),
            "due_at": dates(due),
            "paid_at": dates(paid, missing=unpaid),
        }
    )


def _credit(
    rng: np.random.Generator, crowd: Crowd, sales: Sales, window: Window
) -> tuple[Ints, Ints, Bools]:
    """When each line falls due and is paid: people at once, firms on credit, some late."""
    lines = sales.lines
    day = window.days(lines.at)
    delay = _delays(rng, len(sales.number), crowd.payer, lines)[lines.document]
    who = lines.customer
    credit = (who >= 0) & crowd.business[who] & (lines.kind == SALE)
    due = np.where(credit, day + crowd.term[who], day)
    paid = np.where(credit, np.maximum(due + delay, day), day)
    today = window.days(np.array([window.length - 0.5]))[0]
    return due, paid, credit & (paid > today)


def _delays(rng: np.random.Generator, documents: int, payer: Ints, lines: Lines) -> Ints:
    """Days after the due date on which each document is paid; a few are never paid."""
    who = np.zeros(documents, dtype=np.int64)
    who[lines.document] = np.maximum(lines.customer, 0)
    kind = payer[who]
    prompt = rng.normal(-5.0, 4.0, documents)
    slow = rng.gamma(2.0, 6.0, documents)
    bad = rng.gamma(2.0, 22.0, documents) + np.where(rng.random(documents) < 0.07, 1e5, 0.0)
    return np.rint(np.choose(kind, [prompt, slow, bad])).astype(np.int64)
