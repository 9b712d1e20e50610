"""`weixi uplift`: the shape that programs read, and sentences for files that do not fit."""

import json

import pytest

pytestmark = pytest.mark.slow
ROWS = [(1, 3, 1), (1, 4, 2), (1, 5, 4), (0, 1, 1), (0, 2, 2), (0, 3, 3)]


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "trial.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def numbers(rows=ROWS):
    return "treated,after,before\n" + "".join(f"{t},{y},{x}\n" for t, y, x in rows)


def test_the_json_has_the_effect_its_interval_and_the_ratio_test(bare_command, file):
    done = bare_command(
        "uplift", file(numbers()), "--treatment", "treated", "--outcome", "after", "--json"
    )

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["effect"], told["n_treated"], told["n_control"]) == (2.0, 3, 3)
    assert (round(told["ci_low"], 2), round(told["ci_high"], 2)) == (-0.27, 4.27)
    assert round(told["p_value"], 3) == 0.070  # t = 2.449 at 4 degrees of freedom
    assert (told["sample_ratio_p"], told["adjusted"]) == (1.0, None)


def test_covariates_and_words_for_the_arms(bare_command, file):
    lines = [
        f"{'Treated' if n % 2 else 'control'},{10 + 3 * (n % 2) + 2 * n + n % 3},{n}"
        for n in range(20)
    ]

    done = bare_command(
        "uplift", file("arm,after,before\n" + "\n".join(lines) + "\n"),
        "--treatment", "arm", "--outcome", "after", "--covariate", "before", "--json",
    )  # fmt: skip

    adjusted = json.loads(done.stdout)["adjusted"]
    assert adjusted["effect"] == pytest.approx(3, abs=0.3)
    assert adjusted["ci_low"] < 3 < adjusted["ci_high"]


def test_the_table_ends_with_a_plain_verdict(bare_command, file):
    done = bare_command("uplift", file(numbers()), "--treatment", "treated", "--outcome", "after")

    assert done.stdout.splitlines()[-1] == "No difference is shown."


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        (numbers(), ("--treatment", "arm", "--outcome", "after"), "has no column arm; it has"),
        (numbers([(1, 2, 3), (2, 2, 2)]), (), "Column treatment, row 2: must be 1"),
        ("treated,after\n1,2\n0,\n", (), "Column after, row 2: is empty."),
        ("treated,after\nperhaps,2\n", (), "row 1 holds “perhaps”: write 1 (treated)"),
        (numbers([(1, 2, 3), (1, 2, 2)]), (), "Arm control needs at least 2 customers."),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_sentence(
    bare_command, file, text, options, sentence
):
    options = options or ("--treatment", "treated", "--outcome", "after")

    done = bare_command("uplift", file(text), *options)

    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
