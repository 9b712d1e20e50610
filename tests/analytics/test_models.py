"""The models by name: what a command or the API gets, and what it is told about broken input."""

import json
import subprocess
import sys

import numpy as np
import pytest

from weixi.analytics import BGNBD, MODELS, fit_model, predict_model
from weixi.analytics.synthetic import bgnbd_customers

CUSTOMERS = bgnbd_customers(300, BGNBD(0.9, 24.5, 0.8, 2.5), seed=1)
HISTORY = {"frequency": CUSTOMERS.frequency, "recency": CUSTOMERS.recency, "T": CUSTOMERS.age}
PARAMS = {"r": 0.9, "alpha": 24.5, "a": 0.8, "b": 2.5}
COLUMNS = {
    "bgnbd": HISTORY,
    "mbgnbd": HISTORY,
    "paretonbd": HISTORY,
    "gammagamma": HISTORY | {"monetary_value": CUSTOMERS.frequency % 5 + 10 + CUSTOMERS.rate},
    "sbg": {"period": [0, 1, 2, 3], "customers": [1000, 631, 468, 382]},
    "km": {"duration": [1, 2, 2, 3], "event": [1, 1, 0, 1]},
}


def test_every_model_has_an_example_here():
    assert set(COLUMNS) == set(MODELS)


@pytest.mark.parametrize("model", COLUMNS)
def test_a_fit_is_plain_json_with_the_keys_of_the_contract(model):
    told = fit_model(model, COLUMNS[model])

    assert json.loads(json.dumps(told, allow_nan=False)) == told
    keys = ["model", "params", "standard_errors", "log_likelihood", "n", "converged", "seconds"]
    assert list(told)[:7] == keys
    assert told["model"] == model
    assert set(told["standard_errors"]) == set(told["params"])


def test_columns_may_come_as_text_from_a_csv():
    as_text = {name: [str(value) for value in values] for name, values in HISTORY.items()}
    told, plain = fit_model("bgnbd", as_text), fit_model("bgnbd", HISTORY)
    assert told["params"] == pytest.approx(plain["params"])


def test_a_prediction_has_three_columns_within_bounds():
    told = predict_model("bgnbd", HISTORY, PARAMS, horizon=90)

    assert set(told) == {"expected_purchases", "probability_alive", "probability_purchase"}
    assert all(len(values) == 300 for values in told.values())
    assert np.all(told["probability_purchase"] <= told["probability_alive"])


def xtt(frequency, recency, age):
    return {"frequency": frequency, "recency": recency, "T": age}


BROKEN = [
    ("nbd", HISTORY, "Model nbd is not known; there are bgnbd, mbgnbd"),
    ("bgnbd", {"frequency": [1], "recency": [1]}, "Column T is missing; the columns given are"),
    ("bgnbd", xtt([], [], []), "Column frequency is empty"),
    ("bgnbd", xtt([1, -2], [1, 1], [2, 2]), "Column frequency, row 2: must be at least 0"),
    ("bgnbd", xtt([1, 1.5], [1, 1], [2, 2]), "Column frequency, row 2: must be a whole number"),
    ("bgnbd", xtt([1, 2], [1, 3], [2, 2]), "Column recency, row 2: must not exceed T"),
    ("bgnbd", xtt([0, 2], [1, 2], [2, 2]), "Column recency, row 1: must be 0 where frequency is 0"),
    ("bgnbd", xtt([1, 2], [1, np.nan], [2, 2]), "Column recency, row 2: is empty or not a finite"),
    ("bgnbd", xtt([1, 2], [1, 2], [2, np.inf]), "Column T, row 2: is empty or not a finite"),
    ("bgnbd", xtt(["one"], [1], [2]), "frequency holds something that is not a number"),
    ("bgnbd", xtt([1, 2], [1], [2]), "same number of rows"),
    ("bgnbd", xtt([2, 2], [1, 1], [2, 2]), "Not identified: all customers have the same history"),
    ("bgnbd", xtt([2], [1], [2]), "Too little data: 1 customers"),
    ("gammagamma", HISTORY, "Column monetary_value is missing"),
    (
        "gammagamma",
        {"frequency": [0], "monetary_value": [0]},
        "Too little data: 0 customers with repeat spend",
    ),
    ("sbg", {"period": [1, 2, 3], "customers": [9, 8, 7]}, "Column period must count 0, 1, 2"),
    (
        "sbg",
        {"period": [0, 1, 2], "customers": [9, 8, 9]},
        "Column customers, row 3: must not exceed",
    ),
    ("km", {"duration": [1, 2], "event": [1, 3]}, "Column event, row 2: must be 0 or 1"),
]


@pytest.mark.parametrize(("model", "columns", "sentence"), BROKEN)
def test_broken_input_gets_one_sentence(model, columns, sentence):
    with pytest.raises(ValueError, match=sentence) as raised:
        fit_model(model, columns)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("model", "params", "horizon", "sentence"),
    [
        ("km", {}, 9, "Model km does not predict purchases"),
        ("bgnbd", PARAMS, 0, "horizon must be a number above 0"),
        ("bgnbd", {"r": 1.0}, 9, "needs the parameter alpha"),
        ("bgnbd", PARAMS | {"a": -1.0}, 9, "needs the parameter a between"),
        ("bgnbd", PARAMS | {"s": 1.0}, 9, "has no parameter s"),
    ],
)
def test_predictions_refuse_what_makes_no_sense(model, params, horizon, sentence):
    with pytest.raises(ValueError, match=sentence):
        predict_model(model, HISTORY, params, horizon)


@pytest.mark.slow
def test_the_library_needs_neither_django_nor_pandas():
    unwanted = ("django", "pandas", "scipy.optimize", "scipy.stats")
    program = f"import sys, weixi.analytics; print([m for m in {unwanted} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
