"""The model that learns from service: what it is given, what it says, and that it repeats."""

import json
import shutil
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weixi.analytics import boosting
from weixi.analytics.boosting import NotInstalled, fit_boosted
from weixi.core.runs import RunContext
from weixi.predict import backtest as judging
from weixi.predict import explaining
from weixi.predict.backtest import RULE, backtest
from weixi.predict.boosted import BOOSTED, learned
from weixi.predict.competition import competition
from weixi.predict.features import FEATURES, NAMES, features_at
from weixi.predict.words import WORDS, parts_of, sentence

DAY = date(2026, 6, 30)


def back(days):
    return DAY - timedelta(days=days)


def table(tmp_path, name, rows, **types):
    file = tmp_path / f"{name}.parquet"
    kinds = {"customer_id": pa.int64(), "day": pa.date32(), **types}
    schema = pa.schema([(column, kinds[column]) for column in kinds])
    pq.write_table(pa.Table.from_pylist(rows, schema), file)
    return file


def days(tmp_path, rows):
    """rows: (customer, days ago, sales)."""
    found = [{"customer_id": c, "day": back(d), "sales": s} for c, d, s in rows]
    return table(tmp_path, "customer_days", found, sales=pa.int64())


def value(known, customer, name):
    row = known.customer_id.tolist().index(customer)
    return float(known.matrix[row, NAMES.index(name)])


def test_every_feature_has_its_words():
    assert set(WORDS) == set(FEATURES)


def test_the_features_of_one_customer_by_hand(tmp_path):
    """Bought 100, 60, 40 and 10 days ago: gaps 40, 20, 30; their middle is 30."""
    facts = {
        "customer_days": days(tmp_path, [(1, 100, 10_000), (1, 60, 20_000), (1, 40, 30_000),
                                         (1, 10, 40_000), (1, 5, 0)]),
        "complaints": table(
            tmp_path, "complaints",
            [{"customer_id": 1, "day": back(20), "resolved": back(15)},
             {"customer_id": 1, "day": back(8), "resolved": None}],
            resolved=pa.date32(),
        ),
        "contact_days": table(
            tmp_path, "contact_days",
            [{"customer_id": 1, "day": back(3), "contacts": 2, "outbound": 1}],
            contacts=pa.int64(), outbound=pa.int64(),
        ),
        "payments": table(
            tmp_path, "payments",
            [{"customer_id": 1, "due": back(12), "paid": None, "amount": 300},
             {"customer_id": 1, "due": back(50), "paid": back(55), "amount": 100}],
            due=pa.date32(), paid=pa.date32(), amount=pa.int64(),
        ),
    }  # fmt: skip
    known = features_at(facts, DAY, horizon=60)
    told = {name: value(known, 1, name) for name in NAMES}
    assert (told["repeats"], told["days_since"], told["tenure"]) == (3, 10, 100)
    assert (told["rhythm"], told["slowing"]) == (30, 1)
    assert told["lateness"] == pytest.approx(1 / 3)
    assert (told["bought_90"], told["bought_180"]) == (3, 4)
    assert (told["spend"], told["newest_spend"]) == (25_000, pytest.approx(1.6))
    assert (told["complaints"], told["complaints_unsolved"], told["complaint_ago"]) == (2, 1, 8)
    assert (told["complaint_since_purchase"], told["complaint_slow_days"]) == (1, 8)
    assert (told["contacts_in"], told["contacts_out"], told["contact_ago"]) == (1, 1, 3)
    assert (told["overdue_days"], told["late_share"]) == (12, 0.75)
    for name in ("satisfaction", "recommends", "points_balance", "same_season", "competitor_ago"):
        assert np.isnan(told[name]), name


def test_nothing_that_happened_after_the_cut_is_known_on_it(tmp_path):
    """The same facts, once as of the cut and once with all that came later: equal features."""
    then = [(1, 200, 1_000), (1, 150, 1_000), (2, 180, 500)]
    later = [*then, (1, 20, 9_000), (2, 5, 700), (3, 1, 100)]
    told = []
    for rows, resolved, complaints in ((then, None, 1), (later, back(30), 2)):
        facts = {
            "customer_days": days(tmp_path, rows),
            "complaints": table(
                tmp_path, "complaints",
                [{"customer_id": 1, "day": back(140), "resolved": resolved},
                 {"customer_id": 1, "day": back(10), "resolved": None}][:complaints],
                resolved=pa.date32(),
            ),
        }  # fmt: skip
        known = features_at(facts, back(100), horizon=60)
        told.append((known.customer_id.tolist(), known.matrix))
    assert told[0][0] == told[1][0] == [1, 2]
    np.testing.assert_array_equal(told[0][1], told[1][1])


def company(tmp_path, customers=1_500, seed=3):
    """Poisson buyers who leave with chance .6 after a purchase gone wrong, told by a complaint."""
    random = np.random.default_rng(seed)
    rows, complaints = [], []
    for customer in range(1, customers + 1):
        at, rate = random.uniform(200, 900), random.gamma(2.0, 1 / 60)
        while at > 0:
            rows.append((customer, int(at), 1_000))
            went_wrong = random.random() < 0.15
            if went_wrong:
                when = back(max(int(at) - 3, 0))
                complaints.append({"customer_id": customer, "day": when, "resolved": None})
            if random.random() < (0.6 if went_wrong else 0.02):
                break
            at -= random.exponential(1 / rate)
    merged = sorted({(c, d): s for c, d, s in rows}.items())
    return {
        "customer_days": days(tmp_path, [(c, d, s) for (c, d), s in merged]),
        "complaints": table(tmp_path, "complaints", complaints, resolved=pa.date32()),
    }


@pytest.mark.slow
def test_where_complaints_decide_the_model_that_knows_them_wins(tmp_path):
    facts = company(tmp_path)
    judged = backtest(facts["customer_days"], as_of=DAY, horizon=90, facts=facts)
    means = {model.name: model.mean("brier") for model in judged.models}
    assert judged.used == BOOSTED
    assert means[BOOSTED] < min(means["mbgnbd"], means[RULE])
    assert len(judged.held) == 3
    assert [held.day for held in judged.held] == [back(90), back(180), back(270)]
    assert judged.buying in {"mbgnbd", "bgnbd", "paretonbd"}


@pytest.mark.slow
def test_the_same_facts_give_the_same_trees_and_parts_that_sum_to_the_risk(tmp_path):
    facts = company(tmp_path)
    first = learned(facts, cut=back(90), horizon=90)
    again = learned(facts, cut=back(90), horizon=90)
    assert first.text == again.text
    matrix = features_at(facts, back(90), horizon=90).matrix
    given = first.contributions(matrix[:50])
    told = 1 / (1 + np.exp(-given.sum(axis=1)))
    np.testing.assert_allclose(told, first.probability(matrix[:50]), rtol=1e-6)


@pytest.mark.slow
def test_the_parts_of_a_risk_are_made_from_what_the_trees_saw_that_day(tmp_path, monkeypatch):
    run, found = RunContext(1, DAY, "duckdb"), company(tmp_path)
    for name, file in found.items():
        shutil.copy(file, run.file(name))
    trees = learned(found, cut=back(90), horizon=90)
    risk = explaining.boosted_risk(run, trees, 90)
    known = features_at(found, DAY, horizon=90)
    assert len(risk) == len(known)

    pq.write_table(pa.table({"customer_id": known.customer_id}), run.file("customers"))
    assert explaining.see(run) == len(known)  # before the measures, and the horizon, are there
    assert np.array_equal(explaining.boosted_risk(run, trees, 90), risk)
    assert not run.file(explaining.SEEN_BEFORE).exists()
    explaining.see(run)
    assert explaining.boosted_risk(run, None, 90) is None  # another model is in use
    assert not run.file(explaining.SEEN_BEFORE).exists()
    explaining.boosted_risk(run, trees, 90)

    for place in (0, 7, len(known) - 1):
        whole = dict(zip(NAMES, trees.contributions(known.matrix[[place]])[0], strict=False))
        told = explaining.parts_at(int(known.customer_id[place]), DAY)
        largest = sorted(whole, key=lambda name: -abs(whole[name]))[:6]
        wanted = [name for name in largest if abs(whole[name]) >= 0.05]
        assert [name for name, _value, _added in told] == wanted
        assert [added for *_rest, added in told] == [round(whole[name], 4) for name in wanted]
    assert explaining.parts_at(10**9, DAY) == []
    assert explaining.parts_at(int(known.customer_id[0]), back(1)) == []
    monkeypatch.setattr(explaining, "is_available", lambda: False)
    assert explaining.parts_at(int(known.customer_id[0]), DAY) == []


@pytest.mark.slow
def test_a_judgement_holds_for_the_month_and_is_made_anew_when_the_history_changes(tmp_path):
    facts = company(tmp_path, customers=700)
    first = competition(facts, day=DAY, horizon=90)
    assert competition(facts, day=DAY, horizon=90) == first
    more = company(tmp_path, customers=900)
    assert competition(more, day=DAY, horizon=90).n > first.n


@pytest.mark.slow
def test_without_the_package_the_others_compete_and_nothing_fails(tmp_path, monkeypatch):
    for module in (boosting, judging):
        monkeypatch.setattr(module, "is_available", lambda: False)
    facts = company(tmp_path, customers=700)
    judged = backtest(facts["customer_days"], as_of=DAY, horizon=90, facts=facts)
    assert BOOSTED not in {model.name for model in judged.models}
    assert judged.used is not None
    with pytest.raises(NotInstalled, match=r"weixi\[ml\]"):
        fit_boosted(np.zeros((200, 1)), [0, 1] * 100, ["x"])


def test_rows_that_teach_nothing_are_refused():
    with pytest.raises(ValueError, match="both outcomes"):
        fit_boosted(np.zeros((200, 1)), np.zeros(200), ["x"])
    with pytest.raises(ValueError, match="one row an outcome"):
        fit_boosted(np.zeros((3, 1)), [0, 1], ["x"])


def test_a_part_says_by_how_many_points_the_risk_would_differ_without_it():
    """At a risk of one half, ln 3 of log-odds are the way from one quarter: 25 points."""
    stored = json.loads(json.dumps([["days_since", 95.0, np.log(3)], ["rhythm", None, -np.log(3)]]))
    up, down = parts_of(stored, 0.5)
    assert (round(up.points, 6), round(down.points, 6)) == (25.0, -25.0)
    assert sentence("complaint_since_purchase", 0.0) != sentence("complaint_since_purchase", 1.0)
    assert "95" in up.sentence
    twice = [["points_balance", None, 0.5], ["points_idle", None, 0.5]]
    assert [round(part.points, 4) for part in parts_of(twice, 0.5)] == [23.1059]  # 1/2 − 1/(1+e)
