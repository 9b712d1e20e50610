"""What may be wanted next (P5): products bought together, else those that most customers like.

Two products are as near as their customers are the same (cosine over baskets), held back where few
customers bought both. A customer's newest purchases count most. What it has bought already or has
excluded is not suggested. On held-out time both ways compete; the better one comes first. What
goes together is found once a month, as models are judged: it hardly changes from day to day. A
refresh counts who likes what; what that means for one customer is told when somebody asks (see
suggesting.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.core.runs import RunContext, lake_file, write_table

from .rules import has_changed, judging_day

FEWEST_CUSTOMERS = 5  # of a product, to be compared at all
MOST_PRODUCTS, NEIGHBOURS, OWN_PRODUCTS = 3_000, 15, 12
SHOWN = 3
POPULAR = 15
HELD_OUT_DAYS = 90
FEWEST_JUDGED = 50  # customers with something new in the held-out time

EVERYTHING = """
CREATE TEMP TABLE bought AS
  SELECT customer_id, product_id, least(day, $until) AS day FROM read_parquet($bought)
  WHERE first <= $until AND {of}
"""
LIKES = f"""
CREATE TEMP TABLE items AS
  SELECT product_id, count(*) AS customers FROM bought GROUP BY product_id
  HAVING count(*) >= {FEWEST_CUSTOMERS} ORDER BY customers DESC, product_id LIMIT {MOST_PRODUCTS};
CREATE TEMP TABLE popular AS
  SELECT bought.product_id, count(*) AS liked
  FROM bought JOIN items USING (product_id)
  WHERE day > $until - INTERVAL 365 DAY
  GROUP BY bought.product_id ORDER BY liked DESC, product_id LIMIT {POPULAR};
"""  # noqa: S608
BASKETS = f"""
CREATE TEMP TABLE active AS
  SELECT customer_id FROM bought GROUP BY customer_id
  HAVING max(day) > $until - INTERVAL 365 DAY;
CREATE TEMP TABLE baskets AS
  SELECT customer_id, product_id, customers,
         pow(0.5, date_diff('day', day, $until) / 180) AS weight
  FROM bought JOIN items USING (product_id)
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY day DESC, product_id)
          <= {OWN_PRODUCTS};
"""  # noqa: S608
NEAR = f"""
  SELECT a.product_id AS have, b.product_id AS next,
         count(*) / sqrt(any_value(a.customers)::DOUBLE * any_value(b.customers))
           * count(*) / (count(*) + 10) AS nearness
  FROM baskets AS a JOIN baskets AS b USING (customer_id)
  WHERE a.product_id <> b.product_id
  GROUP BY a.product_id, b.product_id HAVING count(*) >= 3
  QUALIFY row_number() OVER (PARTITION BY a.product_id ORDER BY nearness DESC, b.product_id)
          <= {NEIGHBOURS}
"""  # noqa: S608
TOGETHER = """
SELECT customer_id, next AS product_id, sum(weight * nearness) AS score,
       arg_max(have, weight * nearness) AS because
FROM baskets JOIN active USING (customer_id) JOIN near ON have = product_id
GROUP BY customer_id, next
"""
LIKED = """
SELECT customer_id, product_id, liked / (SELECT max(liked) FROM popular) AS score,
       NULL::BIGINT AS because
FROM active CROSS JOIN popular
"""
# The best of the first way; who has too few of them gets the best of the second as well. Within a
# way by score, equal ones by the older product.
RANKED = """
CREATE OR REPLACE TEMP TABLE ranked AS
WITH best AS (
  SELECT customer_id,
         unnest(max({{'score': score, 'less': -product_id, 'because': because}}, {shown})) AS one
  FROM {first} ANTI JOIN bought USING (customer_id, product_id)
  ANTI JOIN refused USING (customer_id, product_id)
  GROUP BY customer_id
), found AS (
  SELECT customer_id, -one.less AS product_id, one.because AS because, one.score AS score, 1 AS way
  FROM best
), short AS (
  SELECT customer_id, count(way) AS has FROM active LEFT JOIN found USING (customer_id)
  GROUP BY customer_id HAVING count(way) < {shown}
), following AS (
  SELECT customer_id, product_id, because, score, 2 AS way, has
  FROM {second} JOIN short USING (customer_id)
  ANTI JOIN bought USING (customer_id, product_id)
  ANTI JOIN refused USING (customer_id, product_id)
  ANTI JOIN found USING (customer_id, product_id)
  QUALIFY has + row_number() OVER (PARTITION BY customer_id ORDER BY score DESC, product_id)
          <= {shown}
)
FROM found UNION ALL SELECT * EXCLUDE (has) FROM following
"""
REFUSED = """
CREATE TEMP TABLE refused AS
SELECT DISTINCT e.customer_id, p.product_id
FROM {exclusions} AS e JOIN read_parquet($products) AS p
  ON (e.kind = 'product' AND lower(p.number) = e.value)
  OR (e.kind = 'category' AND lower(p.category) = e.value)
  OR (e.kind = 'word' AND contains(lower(p.name), e.value))
"""
LIKED_BY = """
  SELECT product_id, customers, liked FROM items LEFT JOIN popular USING (product_id)
  ORDER BY product_id
"""
LATER = "read_parquet($bought) WHERE first > $until AND first <= $seen_until"
NEW = f"SELECT customer_id FROM {LATER}"  # noqa: S608
HITS = f"""
SELECT count(DISTINCT customer_id) FROM ranked
WHERE (customer_id, product_id) IN (SELECT (customer_id, product_id) FROM {LATER})
"""  # noqa: S608


@dataclass(frozen=True)
class NeedsJudged:
    """Of the customers who bought something new to them in the held-out days: how many found it
    among the three suggested. None: too few to tell."""

    customers: int
    together: float | None
    popular: float | None

    @property
    def is_together_first(self) -> bool:
        if self.together is None or self.popular is None:
            return True
        return self.together >= self.popular


def compute(run: RunContext) -> int:
    """Write `needs_judged` and `liked` of the day to the lake; returns how many products are
    suggested at all.

    What is bought together, and which way is better, is found once a month on what was known when
    it began (see competition.py).
    """
    day = judging_day(run.as_of)
    history = _history(run.file("customer_products"), day)
    kept = _kept(day, history) or _found(run.as_of, day, history)
    with connection() as con:
        ask(con, EVERYTHING.format(of="TRUE") + ";" + LIKES, _values(run.as_of, run.as_of))
        liked = con.execute(LIKED_BY).to_arrow_table()
    write_table(liked, run.file("liked"))
    write_table(pa.Table.from_pylist([asdict(kept)]), run.file("needs_judged"))
    return liked.num_rows


def _history(bought: Path, day: date) -> tuple[int, ...]:
    """Customers, pairs with a product, and products by `day`: what the judgement stands on."""
    text = (
        "SELECT count(DISTINCT customer_id), count(*), count(DISTINCT product_id)"
        " FROM read_parquet($file) WHERE first <= $day"
    )
    with duckdb.cursor() as lake:
        found = lake.execute(text, {"file": str(bought), "day": day}).fetchone()
    return tuple(int(number) for number in found or ())


def near_file(day: date) -> Path:
    return lake_file("products_together", day)


def _kept(day: date, history: Sequence[int]) -> NeedsJudged | None:
    """The judgement of the month, unless an import has changed the history it stands on."""
    if not near_file(day).exists():
        return None
    stored = json.loads(pq.read_schema(near_file(day)).metadata[b"needs"])
    return None if has_changed(stored["history"], history) else NeedsJudged(**stored["judged"])


def _found(as_of: date, day: date, history: Sequence[int]) -> NeedsJudged:
    """Written to the lake: the products nearest to each other, and how both ways did."""
    judged = needs_judged(as_of, seen_until=day)
    with connection() as con:
        _set_up(con, as_of, day)
        near = con.execute(NEAR).to_arrow_table()
    told = json.dumps({"history": list(history), "judged": asdict(judged)})
    near_file(day).parent.mkdir(parents=True, exist_ok=True)
    write_table(near.replace_schema_metadata({"needs": told}), near_file(day))
    return judged


def needs_judged(as_of: date, *, seen_until: date) -> NeedsJudged:
    """Both ways asked on what was known `HELD_OUT_DAYS` before `seen_until`, of those who bought
    something new between the two. `as_of`: the day whose facts are read."""
    shares: list[float | None] = []
    until = seen_until - timedelta(days=HELD_OUT_DAYS)
    values = _values(as_of, until) | {"seen_until": seen_until}
    with connection() as con:
        _set_up(con, as_of, until)
        con.execute(f"CREATE TEMP TABLE near AS {NEAR}")
        ask(con, f"DELETE FROM active WHERE customer_id NOT IN ({NEW})", values)  # noqa: S608
        customers = con.execute("SELECT count(*) FROM active").fetchall()[0][0]
        for is_together in (True, False):
            rank(con, is_together_first=is_together, is_alone=True)
            hits = ask(con, HITS, values).fetchall()[0][0]
            shares.append(hits / customers if customers >= FEWEST_JUDGED else None)
    return NeedsJudged(customers, *shares)


def connection() -> duckdb.DuckDBPyConnection:
    """Less memory than another stage may take, and one core: it runs beside something else."""
    return duckdb.connect(
        config={"memory_limit": "1600MB", "preserve_insertion_order": "false", "threads": 1}
    )


def ask(
    con: duckdb.DuckDBPyConnection, texts: str, values: Mapping[str, Any]
) -> duckdb.DuckDBPyConnection:
    """One statement after the other, each with the values that it names; what the last found."""
    for text in texts.split(";"):
        if text.strip():
            con.execute(text, {name: v for name, v in values.items() if f"${name}" in text})
    return con


def _values(day: date, until: date) -> dict[str, Any]:
    return {
        "until": until,
        "bought": str(lake_file("customer_products", day)),
        "exclusions": str(lake_file("exclusions", day)),
        "products": str(lake_file("products", day)),
    }


def _set_up(con: duckdb.DuckDBPyConnection, day: date, until: date) -> None:
    refused = REFUSED.format(exclusions="read_parquet($exclusions)")
    texts = (EVERYTHING.format(of="TRUE"), LIKES, BASKETS, refused)
    ask(con, ";".join(texts), _values(day, until))


def rank(
    con: duckdb.DuckDBPyConnection, *, is_together_first: bool, is_alone: bool = False
) -> None:
    """`ranked`: the three of each customer. `is_alone`: by the first way only, to judge it."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE together AS {TOGETHER}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE liked AS {LIKED}")
    ways = ("together", "liked") if is_together_first else ("liked", "together")
    if is_alone:
        con.execute(f"DELETE FROM {ways[1]}")  # noqa: S608
    con.execute(RANKED.format(first=ways[0], second=ways[1], shown=SHOWN))
