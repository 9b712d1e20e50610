"""A reason is said in one language, kept as what it is made of, and read in another."""

import json
import pickle
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.texts import SOURCE, chinese
from weixi.collect.intake.reasons import LONGEST, Reason, kept, read, reason, reason_of
from weixi.collect.intake.rejects import Reject, RejectsFile, in_words
from weixi.core.errors import Sentence

KNOWN = "The customer %(number)s is not known."


def said(number: str = "C7") -> Reason:
    with override("zh-hans"):
        return reason(KNOWN) % {"number": number}


def test_who_reads_decides_the_language() -> None:
    assert "C7" in said()
    text = kept(said())
    with override("en"):
        assert read(text) == "The customer C7 is not known."
    with override("zh-hans"):
        assert read(text) == said()
    assert said() != "The customer C7 is not known."


def test_it_stays_a_reason_through_an_exception_and_a_pickle() -> None:
    for same in (str(ValueError(said())), pickle.loads(pickle.dumps(said()))):
        assert kept(same) == kept(said())


def test_a_rule_that_says_it_untranslated_is_kept_too() -> None:
    with override("zh-hans"):
        text = kept(reason_of(Sentence("At most %(most)d characters fit, this has %(found)d.",
                                       most=4, found=9)))  # fmt: skip
    with override("en"):
        assert read(text) == "At most 4 characters fit, this has 9."


def test_rows_that_differ_in_the_value_alone_count_as_one_reason() -> None:
    first, second = (
        Reject(n, "客户编号", f"C{n}", said(f"C{n}"), ()).sort for n in (1, 2)
    )  # fmt: skip
    assert kept(first) == kept(second)
    with override("en"):
        assert read(kept(first)) == "The customer … is not known."


@pytest.mark.parametrize("text", ["", "计划外的句子", '["', '["x"]', "[1, 2]"])
def test_what_was_kept_before_or_elsewhere_is_read_as_it_stands(text: str) -> None:
    assert read(text) == text
    assert kept(text) == text


@pytest.mark.parametrize("value", ["x" * 5_000, '"' * 3_000, "\ud800", "=1+1", "%(number)s %s"])
def test_whatever_the_value_it_fits_and_is_valid(value: str) -> None:
    text = kept(said(value))
    assert len(text) <= LONGEST
    text.encode()
    with override("en"):
        assert read(text)


def test_a_rejects_file_is_fetched_in_the_language_of_who_fetches(tmp_path: Path) -> None:
    out = RejectsFile(tmp_path / "r.csv", ["客户编号"], read_later=True)
    out.write([Reject(3, "客户编号", "C7", said(), ["C7"])])
    out.close()
    with override("en"):
        english = in_words(out.path)
    with override("zh-hans"):
        in_chinese = in_words(out.path)
    told = "".join(english), "".join(in_chinese)
    assert [text.splitlines()[0] for text in told] == [
        "\ufeff客户编号,line,column,value,reason"
    ] * 2
    assert told[0].splitlines()[1] == "C7,3,客户编号,C7,The customer C7 is not known."
    assert told[1].splitlines()[1] == f"C7,3,客户编号,C7,{said()}"


def test_from_the_command_line_the_file_is_in_words_at_once(tmp_path: Path) -> None:
    out = RejectsFile(tmp_path / "r.csv", ["客户编号"])
    out.write([Reject(3, "客户编号", "C7", said(), ["C7"])])
    out.close()
    assert out.path.read_text(encoding="utf-8-sig").splitlines()[1].endswith(f",{said()}")


def test_every_check_of_a_row_says_its_reason_this_way() -> None:
    """A plain gettext there would fix the language of who tried."""
    folders = [SOURCE / "collect/intake" / name for name in ("checks", "kinds")]
    plain = [
        path.name
        for folder in folders
        for path in folder.glob("*.py")
        if re.search(r"translation import gettext\b", path.read_text(encoding="utf-8"))
    ]
    assert plain == ["registry.py"]  # an unknown kind is no reason of a row


def test_every_template_that_is_kept_has_its_chinese() -> None:
    known = {en for (_context, en) in chinese()}
    template, _values = json.loads(kept(said()))
    assert template in known
