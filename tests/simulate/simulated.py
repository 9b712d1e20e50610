"""A simulated company as the tests read it: its files as columns of Python values."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from weixi.simulate import Report

NUMBERS = {"unit_price", "discount", "unit_cost", "quantity", "cost"}


@dataclass
class Company:
    """A written company; its files as columns of Python values."""

    report: Report

    @cached_property
    def truth(self) -> dict[str, Any]:
        return json.loads((self.report.out / "truth.json").read_text(encoding="utf-8"))

    def table(self, kind: str) -> pa.Table:
        options = pa_csv.ConvertOptions(
            column_types={
                **{name: pa.float64() for name in NUMBERS},
                **{name: pa.string() for name in ("phone", "phone_2", "card_number", "text")},
                **{name: pa.timestamp("s") for name in ("first_reply_at", "resolved_at")},
            },
            strings_can_be_null=True,
        )
        return pa_csv.read_csv(self.report.out / f"{kind}.csv", convert_options=options)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        return self.table(kind).to_pylist()
