"""What was said beside what is so, counted by hand."""

import pytest

from weixi.cli.bench_truth import UNSAID
from weixi.evaluate.truth import NOT_ENDED, Confusion


def test_the_accuracy_is_the_share_of_the_diagonal():
    found = Confusion({"ended": {"ended": 6, "decline": 2}, "decline": {"decline": 1, "ended": 1}})
    assert found.customers == 10
    assert found.accuracy == pytest.approx(0.7)


def test_causes_that_nobody_told_are_left_out_of_their_accuracy():
    found = Confusion({"ours": {"ours": 3, "customer": 1, "unknown": 5, NOT_ENDED: 2}})
    told = found.among(UNSAID)
    assert (told.customers, told.accuracy) == (4, pytest.approx(0.75))


def test_of_nobody_there_is_no_accuracy():
    assert Confusion({}).accuracy is None
