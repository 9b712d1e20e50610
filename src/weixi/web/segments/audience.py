"""Addresses that carry cells: the list of their customers, and the campaign for them."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def list_url(cells: Sequence[str]) -> str:
    """`cells`: SCHEME:CELL each; cells of one scheme count together, schemes cut each other."""
    return f"{reverse('web:customers')}?{urlencode({'cell': ','.join(cells)}, safe=':,')}"


def audience_url(cells: Sequence[str]) -> str:
    """The campaign designer with the cells as its audience; empty where there is none."""
    try:
        designer = reverse("web:campaign-new")
    except NoReverseMatch:
        return ""
    return f"{designer}?{urlencode({'audience': urlencode({'cell': ','.join(cells)}, safe=':,')})}"
