"""Schemes as people change them: preview, versions by day, and what is refused."""

from datetime import timedelta

import pytest

from tests.classify.lake import BEFORE, DAY, cells_on, furnish
from tests.moments import NOON
from weixi.classify import actions, editing
from weixi.classify.applying import apply_scheme
from weixi.classify.models import Membership, Scheme
from weixi.classify.previewing import preview
from weixi.classify.segments import versions_of
from weixi.classify.versions import Held, in_force
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken
from weixi.core.runs import RunContext

pytestmark = pytest.mark.django_db


def two_bands(cut):
    axis = {
        "measure": "revenue_12m", "cut": "absolute", "at": [cut], "name_zh": "销售额",
        "name_en": "Revenue", "bands_zh": ["低", "高"], "bands_en": ["low", "high"],
    }  # fmt: skip
    cells = [
        {"code": code, "bands": [[band]], "name_zh": code, "name_en": code, "color": "h2"}
        for band, code in enumerate(("low", "high"))
    ]
    return {"population": [["purchase_days", 1]], "axes": [axis], "cells": cells}


@pytest.fixture
def ids(customer):
    return furnish(customer, BEFORE, DAY)


@pytest.fixture
def scheme(ids):
    made = editing.create_scheme(name_zh="两档", definition=two_bands(400), by=SYSTEM, at=NOON)
    apply_scheme(made.code, at=NOON)
    return made


def change(scheme, cut, from_day, seen=1):
    return editing.change_scheme(
        code=scheme.code, name_zh="两档", definition=two_bands(cut), from_day=from_day, seen=seen,
        by=SYSTEM, at=NOON,
    )  # fmt: skip


def counts(scheme):
    cells = Membership.objects.filter(scheme=scheme).values_list("cell", flat=True)
    return {cell: list(cells).count(cell) for cell in sorted(set(cells))}


def test_a_preview_tells_counts_now_and_after_and_writes_nothing(scheme):
    before = (counts(scheme), Scheme.objects.get(pk=scheme.pk).version)
    told = preview(SYSTEM, two_bands(300), code=scheme.code)
    assert [(row.cell.code, row.now, row.after) for row in told.rows] == [
        ("low", 3, 1), ("high", 2, 4),
    ]  # fmt: skip
    assert (told.moved, told.outside, told.population) == (2, (1, 1), 5)
    assert (counts(scheme), Scheme.objects.get(pk=scheme.pk).version) == before


def test_what_was_previewed_is_what_is_saved(scheme):
    change(scheme, 300, DAY)
    apply_scheme(scheme.code, at=NOON)
    assert counts(scheme) == {"high": 4, "low": 1}


def test_a_version_for_a_later_day_waits_and_the_figures_stay(scheme):
    change(scheme, 300, DAY + timedelta(days=5))
    apply_scheme(scheme.code, at=NOON)
    assert counts(scheme) == {"high": 2, "low": 3}
    assert [(row.version, row.state) for row in versions_of(Scheme.objects.get(pk=scheme.pk))] == [
        (2, "waiting"), (1, "now"),
    ]  # fmt: skip


def test_a_past_day_is_computed_by_the_version_that_held_then(scheme, ids):
    change(scheme, 300, DAY)
    for day in (BEFORE, DAY):
        actions.compute(RunContext(1, day, "duckdb"))
    assert cells_on(BEFORE, scheme.code, ids)["Cy"] == "low"
    assert cells_on(DAY, scheme.code, ids)["Cy"] == "high"


@pytest.mark.parametrize(("day", "version"), [(-1, 1), (0, 2), (9, 2), (10, 4), (99, 4)])
def test_the_newest_version_that_has_begun_holds(day, version):
    """Version 3 was saved for the same day as 4, which took its place."""
    held = [
        Held(1, None), Held(2, DAY), Held(3, DAY + timedelta(days=10)),
        Held(4, DAY + timedelta(days=10)),
    ]  # fmt: skip
    assert in_force(held, DAY + timedelta(days=day)) == version


def test_a_restored_version_is_a_new_one(scheme):
    change(scheme, 300, DAY)
    restored = editing.restore_version(
        code=scheme.code, version=1, from_day=DAY, by=SYSTEM, at=NOON
    )
    apply_scheme(scheme.code, at=NOON)
    assert restored.version == 3
    assert counts(scheme) == {"high": 2, "low": 3}


def test_a_scheme_that_is_off_is_not_computed(scheme, ids):
    editing.switch(code=scheme.code, is_on=False, by=SYSTEM, at=NOON)
    actions.compute(RunContext(1, DAY, "duckdb"))
    with pytest.raises(KeyError):
        cells_on(DAY, scheme.code, ids)


def test_a_scheme_whose_cells_a_segment_asks_for_stays_on_and_keeps_the_cell(scheme):
    rule = {"cell": scheme.code, "in": ["high"]}
    editing.create_segment(name_zh="贵客", when=rule, by=SYSTEM, at=NOON)
    with pytest.raises(RuleBroken, match="贵客"):
        editing.switch(code=scheme.code, is_on=False, by=SYSTEM, at=NOON)
    renamed = two_bands(400)
    renamed["cells"][1]["code"] = "top"
    with pytest.raises(RuleBroken, match="high"):
        editing.change_scheme(
            code=scheme.code, name_zh="两档", definition=renamed, from_day=DAY, seen=1,
            by=SYSTEM, at=NOON,
        )  # fmt: skip


def test_cumulative_percentile_and_value_cuts_can_all_be_saved(ids):
    for n, (cut, at) in enumerate({"share": [0.2], "cumulative": [0.5], "absolute": [-5]}.items()):
        draft = two_bands(1)
        draft["axes"][0] |= {"cut": cut, "at": at}
        made = editing.create_scheme(name_zh=f"方案{n}", definition=draft, by=SYSTEM, at=NOON)
        apply_scheme(made.code, at=NOON)
        assert sum(counts(made).values()) == 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["axes"][0].update(at=[]), "销售额"),
        (lambda d: d["axes"][0].update(at=[float("nan")]), "销售额"),
        (lambda d: d["axes"][0].update(at=["1"]), "销售额"),
        (lambda d: d["axes"][0].update(measure="city"), "销售额"),
        (lambda d: d["axes"][0].update(cut="share", at=[1.5]), "100"),
        (lambda d: d["axes"][0].update(at=[5, 5], bands_zh=["a"] * 3, bands_en=["a"] * 3), "."),
        (lambda d: d["axes"][0].update(bands_zh=["", "高"]), "."),
        (lambda d: d["cells"][0].update(color="url(x)"), "low"),
        (lambda d: d["cells"][0].update(code="x y"), "_"),
        (lambda d: d["cells"][0].update(name_zh="x" * 61), "60"),
        (lambda d: d["cells"][0].update(strange=1), "."),
        (lambda d: d["cells"].pop(), "."),
        (lambda d: d.update(population=[["password", 1]]), "."),
        (lambda d: d.update(axes=d["axes"] * 4), "4"),
        (lambda d: d.update(cells="x"), "."),
    ],
)
def test_a_draft_that_does_not_hang_together_is_refused_with_a_sentence(ids, change, sentence):
    draft = two_bands(400)
    change(draft)
    with pytest.raises(RuleBroken, match=sentence):
        editing.create_scheme(name_zh="坏", definition=draft, by=SYSTEM, at=NOON)
    assert not Scheme.objects.filter(name_zh="坏").exists()
