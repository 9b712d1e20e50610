"""The form of one warning signal: on or off, its numbers and points, the cause, the wording."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from weixi.act.warnings.limits import (
    LONGEST,
    Number,
    numbers_of,
    range_of,
    strange_places,
    with_numbers,
)
from weixi.act.warnings.rules import MOST_POINTS, Cause, Signal
from weixi.act.warnings.words import cause_word
from weixi.classify.conditions import COMPARISONS
from weixi.web.forms import Form, offer

from .threshold_words import Threshold

KINDS = {"days": "whole", "count": "whole", "share": "share", "money": "money"}
SCALES = {"share": 100, "money": 0.01}  # of a range as stored → as typed
UNITS: dict[str, str | Promise] = {"days": gettext_lazy("days"), "share": "%", "money": "¥"}
TEXTS = {
    "name_zh": gettext_lazy("Chinese name"),
    "name_en": gettext_lazy("English name"),
    "sentence_zh": gettext_lazy("Sentence in Chinese"),
    "sentence_en": gettext_lazy("Sentence in English"),
    "short_zh": gettext_lazy("Short form in Chinese"),
    "short_en": gettext_lazy("Short form in English"),
}
Measures = Mapping[str, tuple[str, str, str]]  # measure → (中文, English, unit)


class SignalForm(Form):
    """`form_of` adds the numbers of the levels and the texts."""

    signal: Signal
    limits: dict[str, Threshold]
    is_on = forms.BooleanField(label=gettext_lazy("Warns"), required=False)
    is_alone = forms.BooleanField(
        label=gettext_lazy("Warns by itself, also at a low risk"), required=False
    )
    cause = forms.ChoiceField(label=gettext_lazy("Cause"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = [(str(one), cause_word(one)) for one in Cause]
        offer(self, "cause", causes)

    def clean(self) -> dict[str, Any]:
        """Every wrong number and every wrong place in a text is named at its field."""
        super().clean()
        for name, limit in self.limits.items():
            if name in self.cleaned_data:
                self._read(name, limit)
        for name, label in TEXTS.items():
            facts = () if name.startswith("name") else self.signal.facts
            strange = sorted(strange_places(self.cleaned_data.get(name, ""), facts))
            if strange:
                self.add_error(name, _no_place(label, strange[0], facts))
        return self.cleaned_data

    def _read(self, name: str, limit: Threshold) -> None:
        try:
            self.cleaned_data[name] = limit.read(self.cleaned_data[name])
        except ValueError as no:
            self.add_error(name, str(no))

    def told(self) -> dict[str, Any]:
        """The fields of the signal as the action takes them."""
        given, levels = self.cleaned_data, self.signal.levels
        numbers = {(one.level, one.place): given[_number_name(one)] for one in numbers_of(levels)}
        points = [given[f"points_{at}"] for at in range(len(levels))]
        plain = {name: given[name] for name in ("is_on", "is_alone", "cause", *TEXTS)}
        return {**plain, "levels": with_numbers(levels, numbers, points)}

    @property
    def levels(self) -> list[list[BoundField]]:
        """The fields of each level: its numbers, then its points."""
        return [
            [self[name] for name in self.limits if name.split("_")[1] == str(at)]
            for at in range(len(self.signal.levels))
        ]

    @property
    def texts(self) -> list[BoundField]:
        return [self[name] for name in TEXTS]


def form_of(signal: Signal, measures: Measures) -> type[SignalForm]:
    """The form for the levels that this signal has."""
    limits = _limits(signal, measures)
    fields: dict[str, Any] = {
        name: forms.CharField(
            label=str(limit.label), max_length=16, widget=forms.TextInput({"inputmode": "decimal"}),
            help_text=_("{least} to {most} {unit}").format(
                least=f"{limit.least:,.10g}", most=f"{limit.most:,.10g}", unit=limit.unit
            ),
        )
        for name, limit in limits.items()
    }  # fmt: skip
    for name, label in TEXTS.items():
        most = LONGEST[name.split("_")[0]]
        widget = forms.Textarea({"rows": 2}) if name.startswith("sentence") else None
        fields[name] = forms.CharField(label=label, max_length=most, widget=widget)
    return type("OneSignalForm", (SignalForm,), {"signal": signal, "limits": limits, **fields})


def first_values(signal: Signal, limits: Mapping[str, Threshold]) -> dict[str, Any]:
    plain = {name: getattr(signal, name) for name in ("is_on", "is_alone", "cause", *TEXTS)}
    for one in numbers_of(signal.levels):
        name = _number_name(one)
        plain[name] = limits[name].write(one.value)
    return plain | {f"points_{at}": level.points for at, level in enumerate(signal.levels)}


def facts_of(signal: Signal, measures: Measures) -> list[tuple[str, str]]:
    """What a text may name in {}, and what it stands for."""
    place = 0 if (get_language() or "zh").startswith("zh") else 1
    return [(fact, measures[fact][place] if fact in measures else fact) for fact in signal.facts]


def _limits(signal: Signal, measures: Measures) -> dict[str, Threshold]:
    limits: dict[str, Threshold] = {}
    for at in range(len(signal.levels)):
        for one in numbers_of(signal.levels):
            if one.level == at:
                limits[_number_name(one)] = _limit(one, measures, _prefix(signal, at))
        label = _("{level}points").format(level=_prefix(signal, at))
        limits[f"points_{at}"] = Threshold("points", label, "", "whole", 1, MOST_POINTS, "")
    return limits


def _prefix(signal: Signal, at: int) -> str:
    return _("Level {n}: ").format(n=at + 1) if len(signal.levels) > 1 else ""


def _limit(one: Number, measures: Measures, prefix: str) -> Threshold:
    zh, en, unit = measures[one.measure]
    name = zh if (get_language() or "zh").startswith("zh") else en
    least, most = (limit * SCALES.get(unit, 1) for limit in range_of(unit))
    label = f"{prefix}{name} {COMPARISONS[one.compare]}"
    return Threshold(
        one.measure, label, "", KINDS.get(unit, "number"), least, most, UNITS.get(unit, "")
    )


def _number_name(one: Number) -> str:
    return f"number_{one.level}_{one.place}"


def _no_place(label: Any, place: str, facts: Sequence[str]) -> str:
    if not facts:
        return _("{label}: a name has no {{place}} in it").format(label=label)
    known = " ".join(f"{{{fact}}}" for fact in facts)
    return _("{label}: there is no {place}; the text may name {known}").format(
        label=label, place=f"{{{place[:40]}}}", known=known
    )
