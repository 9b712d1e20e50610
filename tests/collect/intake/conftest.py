from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.collect.intake.files import lines, take, written
from weixi.collect.intake.actions import Report
from weixi.collect.touchpoints.actions import create_shipped_channels


@pytest.fixture
def channels(db: None) -> None:
    create_shipped_channels()


@pytest.fixture
def taken(tmp_path: Path, db: None) -> Callable[..., Report]:
    """taken("orders", {…changes}, {…}) → the report of a CSV with one row a dict."""

    def make(kind: str, *changes: dict[str, Any], **more: Any) -> Report:
        return take(kind, written(tmp_path / f"{kind}.csv", lines(kind, *changes)), **more)

    return make
