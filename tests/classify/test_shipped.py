"""The shipped schemes K1 to K8 against the table of the sources, cell by cell."""

import numpy as np
import pytest

from weixi.classify.rules import assign, definition
from weixi.classify.shipped import BY_CODE, SHIPPED
from weixi.measure.registry import MEASURES
from weixi.predict.registry import PREDICTIONS


def scheme(code):
    return definition(BY_CODE[code].definition)


def named(code, **columns):
    """The Chinese name of the cell of each customer."""
    found = scheme(code)
    arrays = {name: np.array(values, dtype=float) for name, values in columns.items()}
    arrays |= {name: np.ones(len(next(iter(arrays.values())))) for name, _ in found.population
               if name not in arrays}  # fmt: skip
    return [found.cells[place].name_zh if place >= 0 else place for place in assign(found, arrays)]


def test_k1_and_k2_cut_at_the_shares_of_the_table():
    cuts = {
        code: [round(share, 4) for share in scheme(code).axes[0].at]
        for code in ("value_pyramid", "profit_pyramid")
    }
    assert cuts == {"value_pyramid": [0.01, 0.05, 0.2], "profit_pyramid": [0.05, 0.2]}
    assert [c.name_zh for c in scheme("value_pyramid").cells] == ["白金", "黄金", "铁", "铅"]
    assert [c.reference for c in scheme("profit_pyramid").cells] == [0.8, 0.15, 0.05]


HIGH_LOW = [1, 1, 0, 0], [1, 0, 1, 0]  # both high, first high, second high, none


@pytest.mark.parametrize(
    ("code", "axes", "cells"),
    [
        # K3 profit now × cost to serve; "high, high" and "low, low" are profitable
        ("profit_cost", ("profit_12m", "cost_to_serve_12m"),
         ["具获利性（高成本）", "最具获利性", "最不具获利性", "具获利性（低成本）"]),
        # K4 profit now × profit to come
        ("profit_future", ("profit_12m", "profit_next_12m"),
         ["最佳客户", "保留客户", "必须投资", "最糟糕"]),
    ],
)  # fmt: skip
def test_k3_and_k4_name_the_four_cells_as_the_table_does(code, axes, cells):
    first, second = ([100.0 * v for v in side] for side in HIGH_LOW)
    assert named(code, **dict(zip(axes, (first, second), strict=True))) == cells


@pytest.mark.parametrize(
    ("code", "first", "cells"),
    [
        ("credit_loyalty", "credit", ["黄金客户", "明星客户", "风险客户", "待整顿"]),
        ("size_loyalty", "size", ["金牛客户", "明日客户", "加温客户", "鸡肋客户"]),
    ],
)
def test_k5_and_k6_name_the_four_cells_as_the_table_does(code, first, cells):
    values = {first: [90, 90, 10, 10], "loyalty_index": [90, 10, 90, 10]}
    assert named(code, **values) == cells


def test_k7_has_the_eight_combinations_two_matrices_of_four():
    found = scheme("credit_size_loyalty")
    assert [axis.measure for axis in found.axes] == ["credit", "size", "loyalty_index"]
    places = [[c, s, x] for c in (90, 10) for s in (90, 10) for x in (90, 10)]
    credit, size, loyalty = zip(*places, strict=True)
    told = named("credit_size_loyalty", credit=credit, size=size, loyalty_index=loyalty)
    assert told == [
        "金牛（信用高）", "明日（信用高）", "加温（信用高）", "鸡肋（信用高）",
        "金牛（信用低）", "明日（信用低）", "加温（信用低）", "鸡肋（信用低）",
    ]  # fmt: skip


def test_k8_and_k10_have_the_kinds_of_the_table():
    assert [c.name_zh for c in scheme("customer_type").cells] == [
        "消费者客户", "商业型客户", "企业内部客户",
    ]  # fmt: skip
    assert {c.code for c in scheme("value_decline").cells} >= {
        "frequency", "basket", "price", "service",
    }  # fmt: skip


def test_l1_has_the_five_stages_and_l3_what_they_expect():
    stages = {cell.name_zh: cell for cell in scheme("lifecycle").cells}
    assert set(stages) == {"考察期", "形成期", "稳定期", "退化期", "终止"}
    for name in ("考察期", "形成期", "稳定期"):
        assert stages[name].basic_zh and stages[name].latent_zh  # noqa: PT018
    assert all(cell.strategy_zh for cell in stages.values())


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("exploration", ("Trust", "investment", "communication", "good name", "fast service")),
        ("build_up", ("Satisfaction", "complete the file", "individual needs", "talk more")),
        ("maturity", ("economic", "technical", "contractual", "transaction cost", "delivery",
                      "standard channels")),
        ("decline", ("Recover", "warn early", "correct the error", "compensate")),
    ],
)  # fmt: skip
def test_l2_names_the_focus_of_each_stage_as_the_table_does(stage, words):
    told = next(cell.strategy_en for cell in scheme("lifecycle").cells if cell.code == stage)
    assert [word for word in words if word not in told] == []


def test_everything_that_a_shipped_scheme_asks_for_has_its_words():
    """A code without a name would stand on the page as it is, and the editor could not offer it."""
    named = {one.code for one in (*MEASURES, *PREDICTIONS)} | {"type"}
    for shipped in SHIPPED:
        assert [name for name in scheme(shipped.code).measures if name not in named] == []


BY_AXES = [s for s in SHIPPED if s.definition.get("axes") and s.code != "customer_type"]


@pytest.mark.parametrize("shipped", BY_AXES, ids=lambda shipped: shipped.code)
@pytest.mark.parametrize("customers", [0, 1, 200])
def test_none_one_and_all_equal_customers_break_nothing(shipped, customers):
    found = definition(shipped.definition)
    columns = {name: np.full(customers, 50.0) for name in found.measures}
    assert (assign(found, columns) >= 0).sum() == customers
