import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

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


@pytest.fixture
def own_installation(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a new installation, on the engine that the tests run on."""
    base = {**os.environ, "WEIXI_VAR": str(tmp_path / "var"), "PYTHONPATH": "src:."}
    base["DJANGO_SETTINGS_MODULE"] = "weixi.config.settings"
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield {**base, "WEIXI_DATABASE_URL": ""}
        return
    at = settings.DATABASES["default"]
    name = f"killed_{uuid4().hex[:12]}"
    address = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield {**base, "WEIXI_DATABASE_URL": f"{address}/{name}"}
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
