"""Benchmarks of what is foreseen: public files and the truth of a simulated company."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weixi.core.errors import RuleBroken

if TYPE_CHECKING:
    from weixi.cli.benchmarks import Bench

Rows = list[dict[str, Any]]
KINDS = (
    "customers", "orders", "contacts", "complaints", "answers", "points", "costs", "referrals",
)  # fmt: skip
RETAIL_DAY, RETAIL_HORIZON = "2011-12-09", "182"
FIGURES = ("auc", "average_precision", "brier", "lift_10", "calibration_error")
END = date(2026, 11, 20)
HORIZONS = (30, 60, 90, 120)


def cuts_before(day: date) -> dict[date, int]:
    """Days to have been refreshed, with how far ahead the warnings of each are judged."""
    return {day - timedelta(days=horizon): horizon for horizon in HORIZONS}


def truth(bench: "Bench") -> Rows:
    """Another seed than the demo's: what was tuned on one company is shown on another."""
    out = bench.folder / "company"
    customers = bench.size(20_000)
    bench.run("simulate", "--customers", str(customers), "--seed", "7", "--out", str(out),
              "--end", END.isoformat())  # fmt: skip
    _without_owners(out / "customers.csv")  # nobody works here, and who is whose tells nothing
    bench.run("init")
    for kind in KINDS:
        bench.run("import", kind, str(out / f"{kind}.csv"), "--json")
    day = END + timedelta(days=1)
    for cut in (*sorted(cuts_before(day)), day):
        bench.run("refresh", "--as-of", cut.isoformat(), "--json")
    rows: Rows = json.loads(bench.run("bench-truth", str(out), "--as-of", day.isoformat()).text)
    return rows


def _without_owners(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    names = [name for name in rows[0] if name != "owner"]
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, names, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)


def churn_retail(bench: "Bench") -> Rows:
    """Cut 2011-06-10, 182 days ahead, on the public file of one year."""
    if bench.retail is None:
        raise RuleBroken("churn-retail needs the public file: --retail online_retail.parquet")
    bench.run("init")
    bench.run("import", "orders", str(bench.retail), "--preset", "online-retail", "--json")
    bench.run("refresh", "--as-of", RETAIL_DAY, "--json")
    call = ("backtest", "--as-of", RETAIL_DAY, "--horizon", RETAIL_HORIZON, "--json")
    told = bench.run(*call).json()
    return _figures("churn-retail", told, " ".join(call[:-1]))


def churn_telco(bench: "Bench") -> Rows:
    if bench.telco is None:
        raise RuleBroken("churn-telco needs the public file: --telco WA_Fn-UseC_…-Churn.csv")
    told = bench.run("churn", str(bench.telco), "--outcome", "Churn", "--json").json()
    return _figures("churn-telco", told, "churn FILE --outcome Churn")


def _figures(name: str, told: dict[str, Any], command: str) -> Rows:
    return [
        {
            "name": f"{name} {model['name']} {figure}",
            "figure": float(f"{model[figure]:.4g}"),
            "unit": "",
            "command": f"weixi {command}",
            "size": f"{told['n']:,} customers",
        }
        for model in told["models"]
        for figure in FIGURES
        if model[figure] is not None
    ]
