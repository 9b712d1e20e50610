"""Exit codes and sentences: no traceback reaches a person."""

import json

import pytest

from weixi.cli.failures import sentence_of
from weixi.core.errors import Missing, NotAllowed, RuleBroken

pytestmark = pytest.mark.slow


def test_an_unknown_command_is_wrong_usage(bare_command):
    done = bare_command("inti")

    assert done.returncode == 2
    assert "Did you mean 'init'?" in done.stderr


def test_a_database_that_is_not_set_up_says_what_to_do(bare_command):
    done = bare_command("today")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'The database is not set up for this version: run "weixi init".\n'


def test_debug_shows_the_traceback_before_the_sentence(bare_command):
    assert "Traceback" in bare_command("today", WEIXI_DEBUG="1").stderr


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"WEIXI_DEBUG": "1", "WEIXI_HOSTS": "shop.example"}, "while shop.example is served"),
        ({"WEIXI_SECRET_KEY": "short"}, "need 20 characters or more"),
        ({"WEIXI_TIME_ZONE": "Mars/Olympus"}, "WEIXI_TIME_ZONE is a name such as"),
        ({"WEIXI_REFRESH_AT": "25:00"}, "WEIXI_REFRESH_AT is a time such as 02:00"),
        ({"WEIXI_SESSION_HOURS": "0"}, "no longer than WEIXI_SESSION_HOURS"),
        ({"WEIXI_SESSION_HOURS": "999"}, "WEIXI_SESSION_HOURS is 1 to 168"),
        ({"WEIXI_ENGINE": "abacus"}, "WEIXI_ENGINE is duckdb or spark"),
        ({"WEIXI_HTTPS": "perhaps"}, "WEIXI_HTTPS is wrong"),
    ],
)
def test_a_wrong_setting_refuses_to_start(bare_command, given, sentence):
    done = bare_command("doctor", **given)

    assert done.returncode == 1
    assert sentence in done.stderr.splitlines()[-1]


def test_setting_up_twice_changes_nothing(bare_command):
    assert "7 roles" in bare_command("init").stderr
    assert bare_command("init").stderr == "The database is ready.\n"

    found = {
        one["check"]: one["state"] for one in json.loads(bare_command("doctor", "--json").stdout)
    }
    assert (found["database"], found["migrations"], found["keys"]) == ("ok", "ok", "ok")


def test_the_retention_table_is_that_of_the_book(bare_command):
    done = bare_command(
        "economics", "retention-table", "--base", "1000", "--churn", "0.1", "--ratio", "5", "--json"
    )

    told = json.loads(done.stdout)
    assert (told["new_customers"], told["acquisition_cost"]) == (100, 500)
    assert (told["keeping_cost"], told["total_cost"]) == (900, 1400)


def test_a_share_above_one_is_refused_in_a_sentence(bare_command):
    done = bare_command(
        "economics", "retention-table", "--base", "1", "--churn", "2", "--ratio", "5"
    )

    assert (done.returncode, done.stderr) == (1, "churn must lie between 0 and 1, got 2.0.\n")


def test_the_same_seed_simulates_the_same_company(bare_command, tmp_path):
    for name in ("first", "second"):
        out = str(tmp_path / name)
        assert bare_command("simulate", "--customers", "50", "--out", out).returncode == 0

    first, second = (tmp_path / name / "orders.csv" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_model_is_fitted_to_a_file(bare_command, tmp_path):
    file = tmp_path / "survivors.csv"
    file.write_text("period,customers\n0,1000\n1,869\n2,743\n3,653\n4,593\n5,551\n6,517\n7,491\n")

    told = json.loads(bare_command("fit", "sbg", str(file), "--json").stdout)

    # Fader and Hardie 2007, High End segment, seven years
    assert told["params"]["alpha"] == pytest.approx(0.668, abs=5e-4)
    assert told["params"]["beta"] == pytest.approx(3.806, abs=5e-4)


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (RuleBroken("The file is empty."), "The file is empty."),
        (NotAllowed("imports.run"), "Not allowed: this needs the permission imports.run."),
        (Missing("customer"), "There is no such customer."),
        (OSError(28, "No space left on device"), "The disk is full. Free some space and"),
        (FileNotFoundError(2, "No such file", "a.csv"), "a.csv: No such file."),
        (ZeroDivisionError(), "Something went wrong: ZeroDivisionError."),
    ],
)
def test_every_failure_is_one_sentence(problem, sentence):
    assert sentence_of(problem).startswith(sentence)
    assert "\n" not in sentence_of(problem)
