"""Which audiences can be chosen: cells of the schemes, one's own saved views, what is set now."""

from urllib.parse import parse_qsl

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.act.campaigns.queries import is_audience
from weixi.classify.queries import cell_names, schemes
from weixi.core.actor import Actor
from weixi.staff.saved_views import saved_views

Choices = list[tuple[str, str]]


def audiences(actor: Actor, *current: str) -> Choices:
    """Address of the customer list → its name."""
    found = dict(cells())
    views = saved_views(actor, "customers")
    found |= {view.query: view.name for view in views if is_audience(view.query)}
    for query in current:
        if query and query not in found:
            found[query] = name_of(query)
    return list(found.items())


def name_of(query: str) -> str:
    """In words: the cells, and what else the list is cut by."""
    named = dict(cells())
    parts = [
        _(", ").join(named.get(f"cell={cell}", cell) for cell in text.split(","))
        if name == "cell"
        else text
        for name, text in parse_qsl(query)
    ]
    return " · ".join(parts) or _("All customers")


def cells() -> Choices:
    is_chinese = (get_language() or "").startswith("zh")
    return [
        (
            f"cell={scheme.code}:{code}",
            f"{scheme.name_zh if is_chinese else scheme.name_en}: "
            f"{cell.name_zh if is_chinese else cell.name_en}",
        )
        for scheme in schemes()
        for code, cell in cell_names(scheme.code).items()
    ]
