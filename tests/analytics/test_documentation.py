"""The examples of docs/analytics.md run as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest

import weixi.analytics

PAGE = Path("docs/analytics.md").read_text(encoding="utf-8")


def test_every_example_runs_in_order():
    names = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(example, names)
    assert np.all((names["churn"] >= 0) & (names["churn"] <= 1))
    assert np.all(names["margin"][36] >= names["margin"][12])
    assert names["table"].median == 2


@pytest.mark.parametrize("name", [n for n in weixi.analytics.__all__ if n.startswith("fit_")])
def test_every_fit_is_on_the_page(name):
    assert name in PAGE or name == "fit_model"
