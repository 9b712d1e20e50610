"""The worked examples on the command line, as the source gives them."""

from weixi.cli.economics import _sheet_lines, _table_lines


def test_the_lifetime_sheet_has_the_given_products():
    assert _sheet_lines()[1:] == [
        "10 x 10 x 1 = 100", "10 x 10 x 10 = 1,000", "11 x 11 x 11 = 1,331",
    ]  # fmt: skip


def test_the_retention_table_has_a_hundred_new_and_1400n_at_ten_percent():
    lines = _table_lines()
    assert lines[1] == "churn 10%: 100 new, 500n + 900n = 1,400n"
    assert [line.rpartition("= ")[2] for line in lines[1:]] == [
        "1,400n", "1,800n", "2,200n", "2,600n", "3,000n",
    ]  # fmt: skip
