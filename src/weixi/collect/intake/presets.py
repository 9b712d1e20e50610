"""Well-known public files: their columns, and what their rows mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken

Texts = dict[str, Sequence[str]]


def _as_it_is(texts: Texts) -> Texts:
    return texts


@dataclass(frozen=True)
class Preset:
    """`fixed_header`: cells stand between blanks under these names. `makes_customers`: customers
    that are not known yet are created bare, named by their number. `makes`: fields that no column
    fills. `rewrite` turns a batch of columns of the file into columns of the kind."""

    kind: str
    mapping: dict[str, str] = field(default_factory=dict)
    fixed_header: tuple[str, ...] = ()
    makes_customers: bool = False
    makes: tuple[str, ...] = ()
    rewrite: Callable[[Texts], Texts] = _as_it_is


def _cdnow_lines(texts: Texts) -> Texts:
    """One order a row; the unit price such that quantity × price is the amount to the cent."""
    lines = [_cdnow_line(*row) for row in zip(texts["quantity"], texts["unit_price"], strict=True)]
    return {
        **texts,
        "quantity": [quantity for quantity, _price in lines],
        "unit_price": [price for _quantity, price in lines],
    }


def _cdnow_line(quantity: str, amount: str) -> tuple[str, str]:
    if not quantity.isdigit() or not 1 < int(quantity) < 100:
        return ("1" if quantity in {"0", "1"} else quantity), amount
    try:
        return quantity, f"{float(amount) / int(quantity):.4f}"
    except ValueError:
        return quantity, amount


PRESETS = {
    "online-retail": Preset(
        kind="orders",
        mapping={
            "order_id": "InvoiceNo",
            "customer_id": "CustomerID",
            "ordered_at": "InvoiceDate",
            "product_id": "StockCode",
            "product_name": "Description",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
        },
        makes_customers=True,
    ),
    "cdnow": Preset(
        kind="orders",
        mapping={
            "customer_id": "customer_id",
            "ordered_at": "date",
            "quantity": "number_of_cds",
            "unit_price": "dollar_value",
        },
        fixed_header=("customer_id", "date", "number_of_cds", "dollar_value"),
        makes_customers=True,
        makes=("order_id",),
        rewrite=_cdnow_lines,
    ),
}


def preset_of(name: str, kind: str) -> Preset:
    if not name:
        return Preset(kind=kind)
    preset = PRESETS.get(name)
    if preset is None:
        raise RuleBroken(
            _("There is no preset %(name)s. The presets are: %(all)s.")
            % {"name": name, "all": ", ".join(PRESETS)}
        )
    if preset.kind != kind:
        raise RuleBroken(
            _("The preset %(name)s is for %(kind)s.") % {"name": name, "kind": preset.kind}
        )
    return preset
