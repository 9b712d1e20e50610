"""`simulate`: chunk after chunk of customers, written as they are played."""

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from weixi.simulate.answers import answer_table
from weixi.simulate.baskets import Sales, draw_sales, order_table
from weixi.simulate.catalog import Catalog, catalog
from weixi.simulate.complaints import complaint_table
from weixi.simulate.contacts import contact_table
from weixi.simulate.costs import cost_table
from weixi.simulate.dice import Dice
from weixi.simulate.files import KINDS, Files, Format, Progress, Report
from weixi.simulate.journey import Journey, travel
from weixi.simulate.parameters import Parameters, company_parameters, plain_parameters
from weixi.simulate.points import points_table
from weixi.simulate.population import Crowd, draw_crowd
from weixi.simulate.profiles import profile_table
from weixi.simulate.referrals import referral_table
from weixi.simulate.season import Clock, Window, window
from weixi.simulate.truth import INLINE, Shares, customer_truth, write_truth

CHUNK = 20_000
END = date(2026, 11, 20)
COMPANY = "禾木生活"


@dataclass
class Play:
    """What one run carries from chunk to chunk."""

    dice: Dice
    dials: Parameters
    goods: Catalog
    window: Window
    clock: Clock
    files: Files
    inline: bool  # few enough customers to stand in truth.json
    shares: Shares = field(default_factory=Shares)
    truths: list[pa.Table] = field(default_factory=list)
    documents: int = 0
    anonymous: int = 0


def simulate(
    customers: int,
    years: int = 3,
    seed: int = 1,
    end: date = END,
    out: Path = Path("company"),
    format: Format = "csv",
    progress: Progress | None = None,
    plain: bool = False,
) -> Report:
    """Write the company's files into `out`; `plain` = pure BG/NBD purchases and nothing else.

    `progress(done, total)` is called after each chunk of customers.
    """
    if customers < 1:
        raise ValueError("A company needs at least one customer.")
    started = time.perf_counter()
    with Files(Path(out), format) as files:
        play = _start(customers, years, seed, end, files, plain)
        for chunk, first in enumerate(range(0, customers, CHUNK)):
            last = min(first + CHUNK, customers)
            _play_chunk(play, chunk, np.arange(first + 1, last + 1))
            if progress is not None:
                progress(last, customers)
    facts = {"company": COMPANY, "seed": seed, "customers_count": customers, "years": years,
             "start": str(play.window.start), "end": str(end), "plain": plain}  # fmt: skip
    rows = play.truths if play.inline else None
    write_truth(files.out, facts, play.dials, play.shares, rows, play.window)
    return _report(play, customers, time.perf_counter() - started)


def _start(customers: int, years: int, seed: int, end: date, files: Files, plain: bool) -> Play:
    dials = plain_parameters() if plain else company_parameters()
    days = window(end, years, dials.seasonal)
    inline = customers <= INLINE
    # Leftovers of an earlier run in the same folder would be read as part of this one.
    for name in ("truth.json", "truth.parquet", "rfm.csv"):
        (files.out / name).unlink(missing_ok=True)
    return Play(Dice(seed), dials, catalog(), days, Clock(days), files, inline)


def _play_chunk(play: Play, chunk: int, numbers: np.ndarray) -> None:
    """Draw a chunk's customers, play their years, write all their rows."""
    crowd = draw_crowd(
        play.dice.part("crowd", chunk), numbers, play.dials, play.goods, play.clock, play.window
    )
    journey = travel(play.dice.part("journey", chunk), crowd, play.dials, play.clock, play.window)
    rng = play.dice.part("profiles", chunk)
    table, doubled = profile_table(rng, crowd, play.dials, play.window)
    play.files.write("customers", table)
    sales = draw_sales(
        play.dice.part("baskets", chunk), crowd, journey.orders, play.dials, play.goods,
        play.clock, play.window,
    )  # fmt: skip
    _write_services(play, chunk, crowd, journey, sales)
    rng = play.dice.part("credit", chunk)
    orders = order_table(rng, crowd, sales, play.documents, play.goods, play.window)
    play.files.write("orders", orders)
    play.documents += int((sales.number >= 0).sum())
    play.anonymous += int((sales.lines.customer < 0).sum())
    play.shares.add(crowd, journey, play.window)
    _write_truth_rows(play, customer_truth(crowd, journey, doubled, play.dials, play.window))


def _write_services(play: Play, chunk: int, crowd: Crowd, journey: Journey, sales: Sales) -> None:
    """Contacts, complaints, answers, points, costs, recommendations; in plain mode only their
    headings."""
    dice, days, rows = play.dice, play.window, play.files.rows
    offset = {kind: rows.get(kind, 0) for kind in ("contacts", "complaints", "answers", "points")}
    tables = {
        "contacts": contact_table(
            dice.part("contacts", chunk), crowd, journey, offset["contacts"], days
        ),
        "complaints": complaint_table(
            dice.part("complaints", chunk), crowd, journey, sales, play.documents,
            offset["complaints"], days,
        ),
        "answers": answer_table(
            dice.part("answers", chunk), dice.part("loyalty survey", chunk),
            dice.part("effort", chunk), crowd, journey,
            offset["answers"], days,
        ),
        "points": points_table(
            dice.part("points", chunk), crowd, journey, sales, play.documents,
            offset["complaints"], offset["points"], days,
        ),
    }  # fmt: skip
    tables["costs"] = cost_table(
        dice.part("costs", chunk), crowd, journey, rows.get("costs", 0), days
    )
    tables["referrals"] = referral_table(
        dice.part("referrals", chunk), crowd, journey, rows.get("referrals", 0), days
    )
    for kind, table in tables.items():
        play.files.write(kind, table if play.dials.services else table.slice(0, 0))


def _write_truth_rows(play: Play, table: pa.Table) -> None:
    """Keep few rows for truth.json, stream many into truth.parquet; plain mode adds rfm.csv."""
    if play.inline:
        play.truths.append(table)
    else:
        play.files.write("truth", table, "parquet")
    if not play.dials.services:
        columns = ["customer_id", "frequency", "recency", "T"]
        play.files.write("rfm", table.select(columns), "csv")


def _report(play: Play, customers: int, seconds: float) -> Report:
    out = play.files.out
    paths = [*play.files.paths(), out / "truth.json"]
    return Report(
        out=out,
        format=play.files.format,
        customers=customers,
        rows={kind: play.files.rows[kind] for kind in KINDS},
        orders=play.documents,
        anonymous_lines=play.anonymous,
        files={path.name: path.stat().st_size for path in paths},
        seconds=round(seconds, 3),
    )
