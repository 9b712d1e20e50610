"""A large file is read and checked in a process beside the import, to the same end."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from tests.collect.intake.files import counts, lines, picture, take, written
from weixi.collect.intake import checking
from weixi.collect.intake.models import ImportBatch
from weixi.core.errors import RuleBroken

pytestmark = pytest.mark.slow
ORDERS = [
    {"order_id": "O1", "product_id": "P1"},
    {"order_id": "O1", "product_id": "P2", "quantity": "zwei"},
    {"order_id": "O2", "customer_id": "unknown"},
    {"order_id": "O3", "quantity": "-1", "paid_at": "2026-11-03"},
    {"order_id": "O1", "product_id": "P1"},
]


@pytest.fixture
def orders(tmp_path: Path, taken: Callable[..., Any]) -> Path:
    taken("customers")
    return written(tmp_path / "lines.csv", lines("orders", *ORDERS))


def told(path: Path, **more: Any) -> dict[str, Any]:
    report = asdict(take("orders", path, **more))
    return {k: v for k, v in report.items() if k not in ("seconds", "rejects_files", "import_id")}


def test_the_report_is_the_same(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = told(orders, dry_run=True)
    monkeypatch.setattr(checking, "WORTH_A_PROCESS", 1)

    assert told(orders, dry_run=True) == here
    assert (here["created"], here["rejected"]) == (3, 2)


def test_rows_and_rejects_are_in(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "WORTH_A_PROCESS", 1)

    report = take("orders", orders)

    assert counts(report) == (3, 0, 0, 2)
    assert [row["number"] for row in picture()["orders.order"]] == ["O1", "O3"]
    rejected = Path(report.rejects_files[0]).read_text(encoding="utf-8-sig").splitlines()
    assert rejected[1].startswith("O1,C1,2026-11-01 10:20,P2,龙井,zwei")
    assert rejected[2].startswith("O2,unknown,")
    assert counts(take("orders", orders)) == (0, 0, 3, 2)


def test_reasons_come_in_the_language_of_the_person(
    orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "WORTH_A_PROCESS", 1)
    with override("zh-hans"):
        assert "不是数字" in told(orders, dry_run=True)["reasons"]
    with override("en"):
        assert "This is no number." in told(orders, dry_run=True)["reasons"]


def test_an_import_whose_helper_dies_stops_and_says_so(
    orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(_module: str) -> "subprocess.Popen[bytes]":
        words = "import sys; sys.stdin.read(); sys.exit('MemoryError: no room')"
        return subprocess.Popen(
            [sys.executable, "-c", words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    monkeypatch.setattr(checking, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(checking, "started", dying)

    with pytest.raises(RuleBroken, match="MemoryError: no room"):
        take("orders", orders)

    assert picture()["orders.order"] == []
    assert ImportBatch.objects.latest("pk").state == ImportBatch.State.STOPPED
