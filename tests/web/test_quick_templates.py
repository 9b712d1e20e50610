"""Templates with their fixed parts put in beforehand show what they showed before."""

import pytest
from django.template import Context, engines
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from weixi.web.addresses import address_of
from weixi.web.template_loader import FIXED


def drawn(source: str, **values: object) -> str:
    return str(engines["django"].engine.from_string(source).render(Context(values)))


@pytest.mark.parametrize(
    "tag",
    [
        "{% translate 'Customers' context 'rail' %}",
        '{% translate "Skip to main content" %}',
        '{% icon "phone" %}',
        '{% icon "moon" cls="wx-icon-moon" %}',
        "{% static 'weixi/mark.svg' %}",
        "{% url 'web:customers' %}",
    ],
)
def test_what_never_changes_is_found(tag: str) -> None:
    assert FIXED.fullmatch(tag)


@pytest.mark.parametrize(
    "tag",
    [
        '{% translate "Customers" as title %}',
        "{% translate title %}",
        '{% icon row.icon|default:"check" %}',
        '{% icon "phone" _("Phone") %}',
        "{% url 'web:customer' card.id %}",
        "{% url 'web:customers' as whole %}",
    ],
)
def test_what_depends_on_the_page_is_left(tag: str) -> None:
    assert not FIXED.search(tag)


def test_each_language_has_its_own_template() -> None:
    with translation.override("zh-hans"):
        chinese = get_template("components/loading.html").render({})
    with translation.override("en"):
        english = get_template("components/loading.html").render({})
    assert "Loading" in english
    assert "Loading" not in chinese
    assert "正在载入" in chinese


def test_an_address_of_numbers_is_the_one_of_django() -> None:
    assert address_of("web:customer", 17) == reverse("web:customer", args=[17])
    assert drawn("{% url 'web:customer' pk %}", pk=17) == "/customers/17"
    assert drawn("{% url 'web:order' number %}", number="A/1 ü") == reverse(
        "web:order", args=["A/1 ü"]
    )
    assert drawn("{% url 'web:customer' pk as way %}[{{ way }}]", pk=3) == "[/customers/3]"


def test_a_page_that_is_not_there_is_still_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'web:nothing-of-that-kind' %}")
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'web:customer' pk %}", pk="seventeen")
