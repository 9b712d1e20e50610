"""The text of the wide pass is kept: it asks what one made anew would ask."""

import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.measure.company import AS_OF, company_files
from weixi.core.errors import RuleBroken
from weixi.measure import engines
from weixi.measure.compiler import text_of
from weixi.measure.engines import STAND_IN_SQL, DuckEngine, engine, made_text
from weixi.measure.rules import STAND_IN, Limits, limits_of

pytestmark = pytest.mark.slow  # a text takes a second to make


def test_a_kept_text_asks_for_its_day_as_one_made_for_it() -> None:
    made = text_of(Limits(), AS_OF)

    assert text_of(Limits(), STAND_IN).replace(STAND_IN_SQL, "MAKE_DATE(2026, 11, 20)") == made


def words(text: str) -> list[str]:
    """Columns that are left out are named in no order."""
    return sorted(re.findall(r"[\w.]+", text))


def test_the_process_that_makes_a_text_is_told_every_threshold() -> None:
    other = replace(Limits(), tolerance_days=31, listeners={**Limits().listeners, "delighted": 7})

    assert limits_of(asdict(other)) == other
    assert words(made_text(other)) == words(text_of(other, STAND_IN))


def test_a_text_is_made_once_for_each_set_of_thresholds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Limits] = []

    def counted(limits: Limits) -> str:
        made.append(limits)
        return text_of(limits, STAND_IN)

    monkeypatch.setattr(engines, "made_text", counted)
    facts, file = company_files(tmp_path), tmp_path / "measures.parquet"
    stricter = replace(Limits(), tolerance_days=30)
    for limits in (Limits(), Limits(), stricter, stricter):
        DuckEngine(tmp_path / "kept").write(limits, AS_OF, facts, file)

    assert made == [Limits(), stricter]
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_without_spark_its_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)

    with pytest.raises(RuleBroken, match=r"pip install 'weixi\[spark\]', and Java 17"):
        engine("spark")
