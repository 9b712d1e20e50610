"""What is asked about a contact and about an order with its lines."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.collect.orders.actions import NewLine
from weixi.collect.touchpoints.approved import checklist
from weixi.collect.touchpoints.rules import Direction, Purpose
from weixi.core.money import MINOR_PER_UNIT, PRICE_SCALE, QUANTITY_SCALE
from weixi.web.forms import Form, offer
from weixi.web.vocabulary import DIRECTIONS, FEELINGS, OUTCOMES, PURPOSES

from .forms import day_input

LINES_SHOWN = 3
LINES_MOST = 50


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ContactForm(Form):
    channel = forms.ChoiceField(label=_("Channel"))
    direction = forms.ChoiceField(
        label=_("Who contacted whom"),
        choices=DIRECTIONS,
        initial=Direction.OUT,
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES, initial=Purpose.CARE)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", _("Not said")), *OUTCOMES], required=False
    )
    happened_at = forms.DateTimeField(label=_("When"), required=False, widget=moment_input())
    minutes = forms.DecimalField(
        label=_("Minutes"), required=False, min_value=0, max_value=1440, decimal_places=1
    )
    feeling = forms.ChoiceField(
        label=_("How the customer felt"),
        choices=[("", _("Not said")), *FEELINGS],
        required=False,
    )
    checklist = forms.MultipleChoiceField(
        label=_("Phone checklist"), required=False, widget=forms.CheckboxSelectMultiple
    )
    promise = forms.CharField(
        label=_("Promised"),
        required=False,
        max_length=300,
        help_text=_("What we promised, if anything; it is followed until it is kept"),
    )
    promise_due = forms.DateTimeField(label=_("Due by"), required=False, widget=moment_input())
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What was said, what was agreed"),
    )

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "channel", channels)
        fields: Any = self.fields
        fields["checklist"].choices = [(item.code, item.text) for item in checklist()]
        self.fields["minutes"].widget.attrs["inputmode"] = "decimal"

    def clean(self) -> dict[str, Any]:
        """A promise has both halves or none."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("promise") and not given.get("promise_due"):
            self.add_error("promise_due", _("Due by: say when the promise will be kept"))
        if given.get("promise_due") and not given.get("promise"):
            self.add_error("promise", _("Promised: say what was promised"))
        return given


class OrderForm(Form):
    number = forms.CharField(
        label=_("Order number"),
        max_length=64,
        required=False,
        help_text=_("Leave it empty and the system gives one"),
    )
    ordered_at = forms.DateTimeField(label=_("Ordered"), widget=moment_input())
    due_on = forms.DateField(label=_("To be paid by"), required=False, widget=day_input())
    paid_on = forms.DateField(label=_("Paid on"), required=False, widget=day_input())


class LineForm(Form):
    """An empty line is passed over."""

    product_number = forms.CharField(label=_("Product number"), max_length=64, required=False)
    product_name = forms.CharField(label=_("Product"), max_length=200, required=False)
    product_category = forms.CharField(label=_("Category"), max_length=60, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"), required=False, decimal_places=3, max_digits=12
    )
    unit_price = forms.DecimalField(
        label=_("Unit price"), required=False, decimal_places=4, max_digits=14
    )
    discount = forms.DecimalField(
        label=_("Discount"), required=False, decimal_places=2, max_digits=14, min_value=0
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        for name in ("quantity", "unit_price", "discount"):
            self.fields[name].widget = forms.TextInput({"inputmode": "decimal"})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.values()) or self.errors:
            return given
        if not given.get("quantity"):
            self.add_error("quantity", _("Quantity: enter how many; a minus sign is a return"))
        if given.get("unit_price") is None:
            self.add_error("unit_price", _("Unit price: enter a price"))
        return given

    @property
    def line(self) -> NewLine | None:
        given = self.cleaned_data
        if not any(given.values()):
            return None
        return NewLine(
            quantity_e3=_scaled(given["quantity"], QUANTITY_SCALE),
            unit_price_e4=_scaled(given["unit_price"], PRICE_SCALE),
            product_number=given["product_number"],
            product_name=given["product_name"],
            product_category=given["product_category"],
            discount=_scaled(given["discount"] or Decimal(0), MINOR_PER_UNIT),
        )


def line_forms(data: Any = None, *, wanted: int = LINES_SHOWN) -> list[LineForm]:
    """As many lines as were sent, at least three; `lines` in the data says how many."""
    count = wanted
    if data is not None and str(data.get("lines", "")).isdigit():
        count = min(int(str(data["lines"])[:3]), LINES_MOST)
    return [
        LineForm(data, prefix=f"line{place}", auto_id=f"line{place}_%s")
        for place in range(max(count, 1))
    ]


def _scaled(value: Decimal, scale: int) -> int:
    return int((value * scale).to_integral_value())
