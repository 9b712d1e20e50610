"""No text of the pages without its Chinese; no Chinese where English is the source."""

import re
import string

import pytest

from tests import texts
from weixi.staff.permissions import PERMISSIONS

PLACES_OF_HAN = {"components"}  # names of invented people in the samples are Chinese


@pytest.mark.slow
def test_every_text_has_its_chinese() -> None:
    missing = sorted({f"{text.place} {text.context} {text.id}" for text in texts.untranslated()})
    assert missing == []


def test_a_text_has_one_chinese_in_all_catalogues() -> None:
    """Two meanings of one English word are told apart by a context."""
    assert texts.differing() == []


@pytest.mark.slow
def test_no_english_text_holds_chinese() -> None:
    assert [text for text in texts.all_texts() if texts.has_han(text.id)] == []


def test_templates_are_written_in_english() -> None:
    found = [
        f"{path.name}: {line.strip()[:60]}"
        for path in texts.templates()
        for line in path.read_text(encoding="utf-8").splitlines()
        if texts.has_han(line) and not any(place in path.name for place in PLACES_OF_HAN)
    ]
    assert found == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    """A name in braces may be left out or chosen otherwise; a wrong one would fail on the page."""
    assert [en for (_context, en), (zh, _fuzzy) in texts.chinese().items() if _differ(en, zh)] == []


def _differ(en: str, zh: str) -> bool:
    return _percent_names(zh) - _percent_names(en) != set() or (
        "{" in en and _fields(zh) - _fields(en) - {"month"} != set()
    )


def _percent_names(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


def _fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_chinese_is_set_with_its_own_marks() -> None:
    """No half-width colon, bracket or comma beside Han; no space before a Chinese mark."""
    wrong = re.compile(
        r"[\u3400-\u9fff] ?[:(,;!]|[\u3400-\u9fff]\?|[,;!?)][\u3400-\u9fff]| [。，；：！？、]"
    )
    assert [zh for zh, _fuzzy in texts.chinese().values() if wrong.search(zh)] == []


def test_every_permission_has_its_chinese() -> None:
    known = texts.chinese()
    assert [told for told in PERMISSIONS.values() if ("", told) not in known] == []


@pytest.mark.slow
def test_no_text_is_translated_when_a_module_is_loaded() -> None:
    """It would stay in the language of whoever came first: there it must be lazy."""
    assert sorted(texts.translated_at_load()) == []
