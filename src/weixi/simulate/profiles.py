"""The customer file: who they are on paper, with the gaps and doubles of real files."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.simulate.arrays import Bools, Floats, Ints
from weixi.simulate.catalog import TRADES
from weixi.simulate.columns import blank, dates, joined, money, numbered, padded, texts
from weixi.simulate.parameters import Parameters
from weixi.simulate.people import (
    ERAS,
    FIRMS,
    GIVEN_MEN,
    GIVEN_WOMEN,
    KEY_STAFF,
    ROLES,
    SINGLE_MEN,
    SINGLE_WOMEN,
    SOURCES,
    STAFF,
    SURNAMES,
    UNITS,
    WORDS,
)
from weixi.simulate.population import CITY_NAMES, TRADE_NAMES, Crowd, choose
from weixi.simulate.season import Window

# 154 is given to no operator (libphonenumber knows no such mobile number), so no real person
# can be rung or written to, even when somebody connects a real SMS gateway to the demo.
PHONE_PREFIX = "154"
MAIL_DOMAINS = ("example.com", "example.net", "example.org")
SURNAME = [item.split(":")[0] for item in SURNAMES.split()]
PINYIN = [item.split(":")[1] for item in SURNAMES.split()]
SURNAME_SHARE = np.array([float(item.split(":")[2]) for item in SURNAMES.split()])
WORD_LIST = WORDS.split()
PHONE_STEP = 61_803_399  # odd and not divisible by 5: numbers run through all eight digits once
PHONE_SPACE = 10**8


def _given_pool() -> tuple[list[str], Ints, Ints]:
    """All given names; where each generation × gender begins and how many it holds."""
    pool: list[str] = []
    first, count = [], []
    for gendered, single in ((GIVEN_MEN, SINGLE_MEN), (GIVEN_WOMEN, SINGLE_WOMEN)):
        for (ones, twos), alone in zip(gendered, single, strict=True):
            names = [one + two for one in ones for two in twos if one != two] + list(alone) * 5
            first.append(len(pool))
            count.append(len(names))
            pool += names
    return pool, np.array(first), np.array(count)


GIVEN, GIVEN_FIRST, GIVEN_COUNT = _given_pool()
FIRM_NAMES = [name for trade in TRADE_NAMES for name in FIRMS[trade]]
FIRM_FIRST = np.cumsum([0] + [len(FIRMS[trade]) for trade in TRADE_NAMES])[:-1]
FIRM_COUNT = np.array([len(FIRMS[trade]) for trade in TRADE_NAMES])
assert set(FIRMS) == set(TRADES)


def profile_table(
    rng: np.random.Generator, crowd: Crowd, dials: Parameters, window: Window
) -> tuple[pa.Table, Ints]:
    """The customer file's rows, and for each row the running number it doubles (0 = none)."""
    n = crowd.size
    person = ~(crowd.business | crowd.internal)
    double = _doubles(rng, crowd, person, dials)
    year = rng.integers(1948, ERAS[-1], n)
    woman, surname = rng.random(n) < 0.56, choose(rng, SURNAME_SHARE, n)
    given = _given(rng, year, woman)
    birthday = _birthdays(rng, year)
    for column in (woman, surname, given, birthday):
        column[:] = column[double]
    human = joined(texts(SURNAME, surname), texts(GIVEN, given))
    phone, second = _phones(crowd.number[double], n)
    no_phone = (rng.random(n) < 0.04) & (double == np.arange(n))
    known = {
        "customer_id": numbered("C", crowd.number, 7),
        "name": _names(rng, crowd, human),
        "type": texts(("consumer", "business", "internal"), crowd.business + 2 * crowd.internal),
        "phone": blank(phone, no_phone),
        "email": _mails(rng, crowd, surname),
        "wechat": numbered("hemu_", crowd.number, 8, missing=rng.random(n) < 0.45),
        "card_number": _cards(crowd.number, missing=~person | (rng.random(n) < 0.25)),
        "birthday": dates(birthday, missing=~person | (rng.random(n) < 0.35)),
        "city": texts(CITY_NAMES, crowd.city),
        "industry": texts(TRADE_NAMES, np.maximum(crowd.trade, 0), ~crowd.business),
        "owner": _owners(rng, crowd),
        "source": texts(SOURCES, _sources(rng, crowd)),
        "consent_marketing": pa.array(rng.random(n) < np.where(person, 0.72, 0.85)),
    }
    custom = _custom(rng, crowd, person, woman, human, second, window)
    number = np.where(double == np.arange(n), 0, crowd.number[double])
    return pa.table(known | custom), number


def _doubles(rng: np.random.Generator, crowd: Crowd, person: Bools, dials: Parameters) -> Ints:
    """Index of the person each row stands for: itself, or one who registered before."""
    index = np.arange(crowd.size)
    again = person & (rng.random(crowd.size) < dials.duplicates)
    earlier = np.flatnonzero(person & ~again)
    if len(earlier) and again.any():
        index[again] = rng.choice(earlier, int(again.sum()), replace=True)
    return index


def _given(rng: np.random.Generator, year: Ints, woman: Bools) -> Ints:
    """A given name of the customer's generation and gender."""
    era = np.searchsorted(np.array(ERAS[1:3]), year, side="right") + 3 * woman
    return GIVEN_FIRST[era] + np.floor(rng.random(len(year)) * GIVEN_COUNT[era]).astype(np.int64)


def _birthdays(rng: np.random.Generator, year: Ints) -> Ints:
    """Days since 1970, every day of a year alike, 29 February included."""
    start = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    born = start + np.floor(rng.random(len(year)) * (365 + leap)).astype(np.int64)
    leap_day = leap & (rng.random(len(year)) < 0.03)  # a few more, so small companies have one
    return np.where(leap_day, start + 59, born)


def _phones(number: Ints, n: int) -> tuple[pa.Array, pa.Array]:
    """A unique fake mobile number per customer, and a second one for about one in twelve."""
    first = numbered(PHONE_PREFIX, number * PHONE_STEP % PHONE_SPACE, 8)
    # Counted down from the top, second numbers meet first ones only beyond 90 million customers.
    other = (PHONE_SPACE - 1 - number) * PHONE_STEP % PHONE_SPACE
    return first, numbered(PHONE_PREFIX, other, 8, missing=number % 12 != 5)


def _names(rng: np.random.Generator, crowd: Crowd, human: pa.Array) -> pa.Array:
    """Persons by surname and given name, firms by city, word and trade, units of our own."""
    n = crowd.size
    trade = np.maximum(crowd.trade, 0)
    word = rng.integers(0, len(WORD_LIST), n)
    kind = FIRM_FIRST[trade] + rng.integers(0, 60, n) % FIRM_COUNT[trade]
    firm = joined(texts(CITY_NAMES, crowd.city), texts(WORD_LIST, word), texts(FIRM_NAMES, kind))
    unit = texts(UNITS, rng.integers(0, len(UNITS), n))
    named = pc.if_else(pa.array(crowd.business), firm, human)
    return pc.if_else(pa.array(crowd.internal), unit, named)


def _mails(rng: np.random.Generator, crowd: Crowd, surname: Ints) -> pa.Array:
    """Addresses under the domains that are reserved for examples."""
    domain = texts(MAIL_DOMAINS, rng.integers(0, 3, crowd.size))
    box = joined(texts(PINYIN, surname), padded(crowd.number, 5), "@", domain)
    return blank(box, rng.random(crowd.size) < np.where(crowd.business, 0.15, 0.6))


def _cards(number: Ints, missing: Bools) -> pa.Array:
    """Sixteen digits from 6201; the last one is wrong on purpose, so none can be a bank card."""
    body = np.int64(620188) * 10**9 + number
    digits = body[:, None] // 10 ** np.arange(15) % 10
    digits[:, ::2] *= 2
    total = (digits // 10 + digits % 10).sum(axis=1)
    return blank(padded(body * 10 + (15 - total % 10) % 10, 16), missing)


def _owners(rng: np.random.Generator, crowd: Crowd) -> pa.Array:
    """Firms have a key account manager, people one of all the staff, some nobody."""
    n = crowd.size
    key = rng.integers(0, len(KEY_STAFF), n)
    owner = np.where(crowd.business, key, rng.integers(0, len(STAFF), n))
    return texts(STAFF, owner, ~crowd.business & (rng.random(n) < 0.3))


def _sources(rng: np.random.Generator, crowd: Crowd) -> Ints:
    person = choose(rng, (0.38, 0.30, 0.06, 0.16, 0.02, 0.08), crowd.size)
    firm = choose(rng, (0.10, 0.08, 0.30, 0.24, 0.26, 0.02), crowd.size)
    return np.where(crowd.business, firm, person)


def _custom(
    rng: np.random.Generator, crowd: Crowd, person: Bools, woman: Bools, human: pa.Array,
    second: pa.Array, window: Window,
) -> dict[str, pa.Array]:  # fmt: skip
    """Columns beyond the canonical ones: second phone, contact person, contract, credit."""
    n = crowd.size
    contract = ~crowd.business | (rng.random(n) < 0.35)
    limit = rng.choice(np.array([5_000, 10_000, 20_000, 50_000, 100_000]), n) * 100
    unlimited = ~crowd.business | (limit == limit.min(initial=500_000))  # the smallest pay at once
    until = _contract_end(rng, crowd.first, window)
    return {
        "phone_2": second,
        "gender": texts(("男", "女"), woman.astype(np.int64), ~person),
        "member_since": dates(window.days(crowd.first)),
        "contact_person": blank(human, ~crowd.business),
        "contact_role": texts(ROLES, rng.integers(0, len(ROLES), n), ~crowd.business),
        "contract_from": dates(until - 365, missing=contract),
        "contract_until": dates(until, missing=contract),
        "credit_limit": money(limit, missing=unlimited),
        "credit_limit_since": dates(window.days(crowd.first), missing=unlimited),
    }


def _contract_end(rng: np.random.Generator, first: Floats, window: Window) -> Ints:
    """Yearly contracts, the last one around the end of the window: some run out soon."""
    begun = window.days(first)
    end = window.days(np.array([float(window.length - 1)]))[0]
    years = np.maximum(np.ceil((end - begun - rng.integers(0, 60, len(first))) / 365), 1)
    return begun + (years * 365).astype(np.int64)
