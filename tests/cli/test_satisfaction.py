"""`weixi satisfaction`: the shape that programs read, and sentences for files that do not fit."""

import json

import pytest

pytestmark = pytest.mark.slow
PAIRS = (
    "dimension,expected,perceived\nreliability,4,4\nreliability,5,4\nreliability,5,4\nempathy,4,6\n"
)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def told_of(bare_command, path):
    done = bare_command("satisfaction", path, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_c_gap_and_interval_of_all_and_of_each_dimension(bare_command, file):
    told = told_of(bare_command, file(PAIRS))

    overall = told["overall"]
    assert (overall["c"], overall["gap"], overall["n"]) == (1.0, 0.0, 4)  # 18 of 18
    assert (overall["expected"], overall["perceived"]) == (4.5, 4.5)
    first, second = told["dimensions"]
    assert (first["dimension"], first["n"]) == ("reliability", 3)
    assert (round(first["c"], 4), round(first["gap"], 4)) == (0.8571, -0.6667)  # 12 of 14
    assert (round(first["ci_low"], 3), round(first["ci_high"], 3)) == (0.594, 1.121)
    assert (second["c"], second["ci_low"], second["n"]) == (1.5, None, 1)
    assert (told["nps"], told["csat"], told["ces"]) == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "nps,csat\n10,5\n9,4\n8,4\n3,1\n",
        "question,score\nnps,10\nnps,9\nnps,8\nnps,3\ncsat,5\ncsat,4\ncsat,4\ncsat,1\nwhy_us,\n",
        "dimension,expected,perceived\nnps,,10\nnps,,9\nnps,,8\nnps,,3\n"
        "csat,,5\ncsat,,4\ncsat,,4\ncsat,,1\n",
    ],
)
def test_nps_and_csat_where_the_file_gives_them(bare_command, file, text):
    told = told_of(bare_command, file(text))

    # two promoters, one detractor of four; adjusted: 2.75 and 1.75 of 7: 14.29 ± 58.45
    assert (told["nps"]["score"], told["nps"]["n"]) == (25.0, 4)
    assert (round(told["nps"]["ci_low"], 1), round(told["nps"]["ci_high"], 1)) == (-44.2, 72.7)
    assert (told["csat"]["share"], told["csat"]["n"]) == (0.75, 4)
    # Wilson of 3 of 4
    assert (round(told["csat"]["ci_low"], 3), round(told["csat"]["ci_high"], 3)) == (0.301, 0.954)
    assert told["overall"] is None
    assert told["dimensions"] == []


def test_the_table_says_the_same(bare_command, file):
    done = bare_command("satisfaction", file(PAIRS))
    assert done.returncode == 0
    assert "reliability" in done.stdout
    assert "0.857" in done.stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2\n", "needs the columns dimension, expected, perceived; it has a, b."),
        ("dimension,expected,perceived\n", "holds no answer."),
        ("dimension,expected,perceived\nempathy,0,4\n", "Line 2: a pair needs expected above 0"),
        ("dimension,expected,perceived\nempathy,5,\n", "Line 2: a pair needs expected above 0"),
        ("nps\n9\n11\n", "Line 3, column nps: a number from 0 to 10, not “11”."),
        ("csat\nnan\n", "Line 2, column csat: a number from 1 to 5, not “nan”."),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_a_sentence(bare_command, file, text, sentence):
    done = bare_command("satisfaction", file(text), "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert sentence in " ".join(done.stderr.split())
