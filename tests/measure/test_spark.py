"""The same definition gives the same measures on Spark as on DuckDB."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.measure.company import ago, measured

pytestmark = pytest.mark.nightly

NEEDED = "needs the extra: pip install 'weixi[spark]', and Java 17"


@pytest.mark.skipif(find_spec("pyspark") is None, reason=NEEDED)
def test_both_engines_measure_the_same(tmp_path: Path) -> None:
    facts: dict[str, list[dict[str, Any]]] = {
        "customers": [{"customer_id": who, "type": "consumer"} for who in (1, 2, 3)],
        "customer_days": [
            {"customer_id": who, "day": ago(30 * n + who), "orders": 1, "sales": 1_000 * who,
             "net": 1_000 * who}
            for who in (1, 2)
            for n in range(5)
        ],
        "answers": [
            {"customer_id": 1, "day": ago(9 + n), "question": "q", "dimension": name,
             "expected": 7.0, "perceived": 5.0 + n, "answer_id": n}
            for n, name in enumerate(("reliability", "empathy", "tangibles"))
        ],
        "contact_days": [{"customer_id": 1, "day": ago(3), "contacts": 2, "cost": 500}],
        "cost_days": [{"customer_id": 2, "day": ago(4), "cost": 900}],
        "referrals": [{"referral_id": 1, "customer_id": 2, "recommended_id": 1, "day": ago(400)}],
        "payments": [
            {"customer_id": 1, "due": ago(60), "paid": ago(50), "amount": 700},
            {"customer_id": 1, "due": ago(20), "amount": 333},
            {"customer_id": 2, "due": ago(-20), "amount": 500},
        ],
        "credit_limits": [{"customer_id": n, "amount": 1_000} for n in (1, 3)],
        "ratings": [
            {"customer_id": who, "kind": kind, "score": score}
            for who, kind, score in (
                (1, "credit", 71), (1, "market_share", 40), (3, "condition", 9),
            )
        ],
        "given_up": [{"customer_id": 2, "given_up": 1_500}],
        "bonds": [{"customer_id": 2, "kind": "contractual", "ends": ago(-9)}],
        "complaints": [{"customer_id": 1, "day": ago(9), "outcome": "open"}],
        "points": [{"customer_id": 2, "day": ago(50), "kind": "earn", "points": 70}],
    }  # fmt: skip
    there, here = tmp_path / "spark", tmp_path / "duckdb"
    there.mkdir()
    here.mkdir()

    by_spark = measured(there, engine_name="spark", **facts)

    for who, row in measured(here, **facts).items():
        numbers = {name for name, value in row.items() if isinstance(value, float)}
        others = row.keys() - numbers
        assert {name: by_spark[who][name] for name in others} == {n: row[n] for n in others}
        assert [by_spark[who][name] for name in sorted(numbers)] == pytest.approx(
            [row[name] for name in sorted(numbers)], rel=1e-9
        )
