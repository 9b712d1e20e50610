"""What one customer may want next, when somebody asks: a few hundredths of a second, where that of
all took a refresh longer than their measures.

What is liked and what goes together are the company's of the day; what the customer excluded is
what holds now.
"""

from collections.abc import Iterable
from datetime import date

from weixi.core.runs import lake_file, read_table

from .needs import BASKETS, EVERYTHING, REFUSED, NeedsJudged, ask, connection, near_file, rank
from .rules import judging_day

LIKES = """
CREATE TEMP TABLE items AS
  SELECT product_id, customers FROM read_parquet($liked);
CREATE TEMP TABLE popular AS
  SELECT product_id, liked FROM read_parquet($liked) WHERE liked IS NOT NULL;
CREATE TEMP TABLE near AS FROM read_parquet($near);
CREATE TEMP TABLE exclusions (customer_id BIGINT, kind VARCHAR, value VARCHAR)
"""
TOLD = """
SELECT ranked.product_id, p.number, coalesce(nullif(p.name, ''), p.number),
       coalesce(nullif(b.name, ''), b.number, ''), round(score, 4)
FROM ranked
JOIN read_parquet($products) AS p USING (product_id)
LEFT JOIN read_parquet($products) AS b ON b.product_id = ranked.because
ORDER BY way, score DESC, ranked.product_id
"""
SuggestedRow = tuple[int, str, str, str, float]


def suggested_at(
    customer_id: int, day: date, excluded: Iterable[tuple[str, str]]
) -> list[SuggestedRow]:
    """Product, its number, its name, the name of what it is bought together with (empty: liked by
    most) and the score, the best first; empty for who has not bought for a year.

    `excluded`: kind and value, as collect.customers keeps them.
    """
    judged, files = needs_of(day), _files(day)
    if judged is None or not lake_file("liked", day).exists():
        return []
    refused = [(customer_id, kind, value.lower()) for kind, value in excluded]
    with connection() as con:
        of = EVERYTHING.format(of=f"customer_id = {int(customer_id)}")
        ask(con, f"{of};{LIKES}", files | {"until": day})
        if refused:
            con.executemany("INSERT INTO exclusions VALUES (?, ?, ?)", refused)
        texts = f"{BASKETS};{REFUSED.format(exclusions='exclusions')}"
        ask(con, texts, files | {"until": day})
        rank(con, is_together_first=judged.is_together_first)
        return con.execute(TOLD, {"products": files["products"]}).fetchall()


def needs_of(day: date) -> NeedsJudged | None:
    """How the suggestions were judged on held-out time; None for a day without."""
    file = lake_file("needs_judged", day)
    return NeedsJudged(**read_table(file).to_pylist()[0]) if file.exists() else None


def _files(day: date) -> dict[str, object]:
    return {
        "bought": str(lake_file("customer_products", day)),
        "products": str(lake_file("products", day)),
        "liked": str(lake_file("liked", day)),
        "near": str(near_file(judging_day(day))),
    }
