"""What signals ask for beyond the measures: days past the rhythm, falls, words that were said."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from weixi.classify.columns import asked_of
from weixi.core.runs import lake_file
from weixi.core.values import value_of
from weixi.measure.reading import WORDS
from weixi.measure.registry import MEASURES
from weixi.predict.registry import PREDICTIONS

# column → (SQL over base, the recent answers and the words said; 中文, English, unit)
EXPRESSIONS: dict[str, tuple[str, str, str, str]] = {
    "days_past_rhythm": (
        "floor(base.days_since_purchase - base.rhythm_days)::INTEGER",
        "超出节奏天数", "Days past the own rhythm", "days",
    ),
    "revenue_change_90d": (
        "CASE WHEN base.revenue_prior_90d > 0"
        " THEN base.revenue_90d / base.revenue_prior_90d - 1 END",
        "近 90 天消费变化", "Change of spend, 90 days", "share",
    ),
    "satisfaction_90d": ("pairs.recent", "近 90 天满意度", "Satisfaction, 90 days", "ratio"),
    "satisfaction_fall": (
        "round(base.satisfaction_before - pairs.recent, 9)",
        "满意度下降", "Fall of satisfaction", "ratio",
    ),
    "answered_days": ("pairs.days", "距最近回答天数", "Days since the last answer", "days"),
    "silent_days": (
        "date_diff('day', greatest(base.last_purchase, called.day, pairs.day), {as_of})",
        "没有动静天数", "Days of silence", "days",
    ),
    "contract_left": (
        "date_diff('day', {as_of}, base.contract_ends)",
        "合同剩余天数", "Days of the contract left", "days",
    ),
    "last_complaint": ("base.last_complaint", "最近投诉", "Last complaint", "date"),
}  # fmt: skip
COLUMNS = {name: (zh, en, unit) for name, (_, zh, en, unit) in EXPRESSIONS.items()}
SAID = ("days", "word", "place", "row")
UNITS = {
    **{measure.code: measure.unit for measure in (*MEASURES, *PREDICTIONS)},
    **{name: unit for name, (_, _, unit) in COLUMNS.items()},
}

ANSWERED = """
SELECT customer_id, max(day) AS day, date_diff('day', max(day), {as_of}) AS days,
       sum(perceived) FILTER (date_diff('day', day, {as_of}) < 90)
         / sum(expected) FILTER (date_diff('day', day, {as_of}) < 90) AS recent
FROM answers
WHERE expected > 0 AND perceived IS NOT NULL
GROUP BY customer_id
"""
CALLED = (
    "SELECT customer_id, max(day) AS day FROM contact_days WHERE contacts > outbound GROUP BY 1"
)
LAST_SAID = """
SELECT customer_id, date_diff('day', day, {as_of}) AS days, word, place, row_id
FROM mentions
WHERE topic = '{topic}'
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY day DESC, place, row_id DESC) = 1
"""
NOTHING_SAID = (
    "SELECT NULL::BIGINT AS customer_id, NULL::DATE AS day, '' AS place, NULL::BIGINT AS row_id,"
    " '' AS question, '' AS topic, '' AS word WHERE FALSE"
)


def topics() -> list[str]:
    return [topic for topic in value_of(WORDS) if topic.isidentifier()]


def derived() -> list[str]:
    """Every column that `asked_with` adds to the measures."""
    return [*EXPRESSIONS, *(f"said_{topic}_{part}" for topic in topics() for part in SAID)]


@contextmanager
def asked_with(
    day: date, schemes: Iterable[str], said: Iterable[str] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """classify.columns.asked_of with the derived columns in `facts`, the words in `mentions`.

    `schemes`: those that conditions may ask for; one that is switched off has no cells. `said`:
    the topics whose newest word has its columns.
    """
    with asked_of(day) as con:
        file = lake_file("mentions", day)
        told = f"FROM read_parquet('{quoted_path(file)}')" if file.exists() else NOTHING_SAID
        con.execute(f"CREATE VIEW mentions AS {told}")
        con.execute("ALTER VIEW facts RENAME TO base")
        con.execute(f"CREATE VIEW facts AS {_select(day, said)}")
        _complete_cells(con, schemes)
        yield con


def _select(day: date, said: Iterable[str]) -> str:
    as_of = f"DATE '{day.isoformat()}'"
    added = [
        f'{sql.format(as_of=as_of)} AS "{name}"'
        for name, (sql, *_) in EXPRESSIONS.items()
        if name != "last_complaint"  # a column of the lake already
    ]
    joins = [
        f"LEFT JOIN ({ANSWERED.format(as_of=as_of)}) AS pairs USING (customer_id)",
        f"LEFT JOIN ({CALLED}) AS called USING (customer_id)",
    ]
    for topic in said:
        name = f"said_{topic}"
        added += [f'"{name}".{part} AS "{name}_{part}"' for part in ("days", "word", "place")]
        added.append(f'"{name}".row_id AS "{name}_row"')
        newest = LAST_SAID.format(as_of=as_of, topic=topic)
        joins.append(f'LEFT JOIN ({newest}) AS "{name}" USING (customer_id)')
    return f"SELECT base.*, {', '.join(added)} FROM base {' '.join(joins)}"  # noqa: S608


def _complete_cells(con: duckdb.DuckDBPyConnection, schemes: Iterable[str]) -> None:
    there = {row[0] for row in con.execute("DESCRIBE cells").fetchall()}
    missing = [code for code in schemes if code not in there]
    if missing:
        con.execute("ALTER VIEW cells RENAME TO known_cells")
        blank = ", ".join(f'NULL::VARCHAR AS "{code}"' for code in missing)
        con.execute(f"CREATE VIEW cells AS SELECT *, {blank} FROM known_cells")  # noqa: S608


def quoted_path(file: Path) -> str:
    """For a text of SQL; parameters cannot name the file of a COPY or a view."""
    return str(file).replace("'", "''")
