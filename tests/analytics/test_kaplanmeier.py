import numpy as np
import pytest

from weixi.analytics import fit_kaplan_meier


def test_six_customers_by_hand():
    """Left after 1, 2, 2, 4; still there at 3 and 5.

    S(1) = 5/6; S(2) = 5/6 · 3/5 = 1/2; S(4) = 1/2 · 1/2 = 1/4.
    Greenwood: 1/(6·5) = 1/30; + 2/(5·3) = 1/6; + 1/(2·1) = 2/3.
    """
    table = fit_kaplan_meier([1, 2, 2, 3, 4, 5], [1, 1, 1, 0, 1, 0])

    assert table.time.tolist() == [1, 2, 3, 4, 5]
    assert table.at_risk.tolist() == [6, 5, 3, 2, 1]
    assert table.events.tolist() == [1, 2, 0, 1, 0]
    assert table.censored.tolist() == [0, 0, 1, 0, 1]
    assert table.survival == pytest.approx([5 / 6, 1 / 2, 1 / 2, 1 / 4, 1 / 4])
    greenwood = np.array([1 / 30, 1 / 6, 1 / 6, 2 / 3, 2 / 3])
    assert table.standard_error == pytest.approx(table.survival * np.sqrt(greenwood))
    assert table.median == 2
    assert table.survival_at([0, 0.5, 1, 3.9, 99]) == pytest.approx([1, 1, 5 / 6, 0.5, 0.25])


def test_when_most_are_still_there_there_is_no_median():
    table = fit_kaplan_meier([1, 2, 3], [0, 0, 1][::-1])
    assert table.median is None
    assert table.survival == pytest.approx([2 / 3] * 3)


def test_one_customer_who_left():
    table = fit_kaplan_meier([3], [1])
    assert table.survival.tolist() == [0]
    assert table.standard_error.tolist() == [0]


@pytest.mark.parametrize(
    ("duration", "event", "sentence"),
    [
        ([], [], "column duration is empty"),
        ([1, -2], [1, 1], "Column duration, row 2: must be at least 0"),
        ([1, 2], [1, 2], "Column event, row 2: must be 0 or 1"),
        ([1, 2], [1], "same number of rows: duration 2, event 1"),
        ([1, float("nan")], [1, 1], "Column duration, row 2: is empty or not a finite number"),
    ],
)
def test_wrong_columns_are_named(duration, event, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit_kaplan_meier(duration, event)
