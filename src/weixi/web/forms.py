"""Forms in our manner: an error names the field and its limit, never "invalid"."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Form(forms.Form):
    """Every field gets sentences that name it; those in `SENTENCES = {"field": {code: …}}` win."""

    SENTENCES: dict[str, dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages |= sentences(field.label or name)
            field.error_messages |= self.SENTENCES.get(name, {})


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """What may be chosen in a field, known only when the form is made."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field to choose in")
    field.choices = list(choices)


def sentences(label: Any) -> dict[str, Any]:
    """Placeholders with % are Django's own; the label is put in now, in the page's language."""
    return {
        "required": format_lazy(_("{field}: enter a value"), field=label),
        "invalid": format_lazy(_("{field}: this value cannot be read"), field=label),
        "invalid_choice": format_lazy(_("{field}: choose one of the list"), field=label),
        "max_length": format_lazy(
            _("{field}: at most %(limit_value)d characters, now %(show_value)d"), field=label
        ),
        "min_length": format_lazy(
            _("{field}: at least %(limit_value)d characters, now %(show_value)d"), field=label
        ),
        "max_value": format_lazy(_("{field}: at most %(limit_value)s"), field=label),
        "min_value": format_lazy(_("{field}: at least %(limit_value)s"), field=label),
    }
