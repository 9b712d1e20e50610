"""Conditions: what may be said, the SQL, and the sentences in both languages."""

from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.classify.compiling import compiled
from weixi.classify.conditions import Known, Refused, check, names_in
from weixi.classify.sentences import sentence

AS_OF = date(2026, 11, 20)
KNOWN = Known(
    measures={
        "lateness": ("超出节奏倍数", "Lateness", "ratio"),
        "revenue_12m": ("近 12 个月销售额", "Revenue, 12 months", "money"),
        "churn_risk": ("流失风险", "Churn risk", "share"),
    },
    cells={"rfm": {"important_keep": ("重要保持", "Big and regular, quiet now")}},
)
LATE = {"measure": "lateness", "is": ">=", "value": 1.5}
RICH = {"measure": "revenue_12m", "is": ">=", "value": 100_000}
QUIET_SINCE_COMPLAINT = {
    "all": [
        {"event": "complaint", "within_days": 90, "at_least": 1},
        {"event": "purchase", "since": "complaint", "at_most": 0},
    ]
}


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("""CREATE TABLE facts AS FROM (VALUES
        (1, 2.0, 200000, 0.9), (2, 1.5, 50000, 0.2), (3, NULL, 300000, NULL), (4, 0.5, 0, 0.5)
    ) AS f(customer_id, lateness, revenue_12m, churn_risk)""")
    con.execute(
        "CREATE TABLE cells AS FROM (VALUES (1, 'important_keep'), (2, NULL), (3, 'x'),"
        " (4, NULL)) AS c(customer_id, rfm)"
    )
    con.execute("""CREATE TABLE complaints AS FROM (VALUES (1, DATE '2026-10-01'),
        (2, DATE '2026-08-22'), (3, DATE '2026-08-23')) AS c(customer_id, day)""")
    con.execute("""CREATE TABLE customer_days AS FROM (VALUES (1, DATE '2026-10-01', 5),
        (3, DATE '2026-09-01', 5), (2, DATE '2026-08-01', 5)) AS d(customer_id, day, sales)""")
    return con


def customers(con, node):
    told = compiled(node, KNOWN, AS_OF)
    rows = con.execute(
        f"SELECT customer_id FROM facts JOIN cells USING (customer_id) WHERE {told.sql}"
        " ORDER BY ALL",
        list(told.values),
    ).fetchall()
    return [row[0] for row in rows]


def test_a_comparison_takes_the_limit_itself_and_no_unknown(con):
    assert customers(con, LATE) == [1, 2]


def test_all_any_and_not(con):
    assert customers(con, {"all": [LATE, RICH]}) == [1]
    assert customers(con, {"any": [LATE, RICH]}) == [1, 2, 3]
    assert customers(con, {"not": LATE}) == [3, 4]


def test_unknown_can_be_asked_for(con):
    assert customers(con, {"measure": "lateness", "is": "unknown"}) == [3]


def test_a_cell_of_a_scheme(con):
    assert customers(con, {"cell": "rfm", "in": ["important_keep"]}) == [1]


def test_events_in_a_window_count_the_first_day_of_it_and_not_the_one_before(con):
    """90 days back from 2026-11-20: 2026-08-23 is day 89, 2026-08-22 is day 90."""
    complained = {"event": "complaint", "within_days": 90, "at_least": 1}
    assert customers(con, complained) == [1, 3]


def test_complained_in_90_days_and_not_bought_since(con):
    """Customer 1 bought on the day of the complaint, not after it; customer 3 did buy after."""
    assert customers(con, QUIET_SINCE_COMPLAINT) == [1]


def test_since_an_event_that_never_happened_nothing_is_counted(con):
    assert 4 in customers(con, {"event": "purchase", "since": "complaint", "at_most": 0})


def test_a_tree_reads_as_a_chinese_and_an_english_sentence():
    tree = {"all": [LATE, {"any": [RICH, {"cell": "rfm", "in": ["important_keep"]}]}]}
    assert sentence(tree, KNOWN, "zh-hans") == (
        "超出节奏倍数 ≥ 1.5，且（近 12 个月销售额 ≥ ¥1,000，或属于重要保持）"
    )
    assert sentence(tree, KNOWN, "en") == (
        "Lateness ≥ 1.5 and (Revenue, 12 months ≥ ¥1,000 or in Big and regular, quiet now)"
    )


def test_events_read_as_sentences():
    assert sentence(QUIET_SINCE_COMPLAINT, KNOWN, "zh-hans") == (
        "近 90 天投诉至少 1 次，且最近一次投诉之后没有购买"
    )
    assert sentence(QUIET_SINCE_COMPLAINT, KNOWN, "en") == (
        "complaints in 90 days: at least 1 and no purchases since the last of the complaints"
    )


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        ({"measure": "password", "is": "=", "value": "x"}, "no measure password"),
        ({"measure": 'lateness" OR 1=1 --', "is": ">=", "value": 1}, "no measure"),
        ({"measure": "lateness", "is": "LIKE", "value": 1}, "compare with"),
        ({"measure": "lateness", "is": ">="}, "value is missing"),
        ({"measure": "lateness", "is": ">=", "value": {"a": 1}}, "value is missing"),
        ({"cell": "nothing", "in": ["x"]}, "no scheme nothing"),
        ({"cell": "rfm", "in": ["x'; DROP TABLE"]}, "no cell"),
        ({"cell": "rfm", "in": []}, "at least one of the list"),
        ({"event": "login", "within_days": 9, "at_least": 1}, "no event login"),
        ({"event": "purchase", "at_least": 1}, "within days or since"),
        ({"event": "purchase", "within_days": -1, "at_least": 1}, "whole numbers"),
        ({"event": "purchase", "within_days": 9}, "at least or at most"),
        ({"sql": "1=1"}, "names a measure"),
        ({"all": []}, "at least one condition"),
        ("lateness", "names a measure"),
        ({"all": [LATE] * 51}, "Between 1 and 50"),
        ({"not": {"not": {"not": {"not": {"not": LATE}}}}}, "nested 5 deep"),
    ],
)
def test_what_may_not_be_said_is_refused_with_a_sentence(node, sentence):
    with pytest.raises(Refused, match=sentence):
        check(node, KNOWN)


leaves = st.sampled_from([LATE, RICH, {"measure": "churn_risk", "is": "<", "value": 0.5}])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


@pytest.mark.slow
@given(trees)
def test_values_are_bound_never_written_into_the_sql(tree):
    try:
        told = compiled(tree, KNOWN, AS_OF)
    except Refused:
        return
    assert told.sql.count("?") == len(told.values)
    assert "100000" not in told.sql


def test_the_measures_of_a_tree_are_told_once():
    assert names_in({"all": [LATE, RICH, {"not": LATE}]}) == ("lateness", "revenue_12m")
