"""What is asked about a customer. Forms read and name; the stages decide."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weixi.collect.customers.rules import IdentityKind
from weixi.web.forms import Form, offer, sentences
from weixi.web.vocabulary import CONSENTS, EXCLUSIONS, IDENTITIES, PHASES, ROLES, TYPES, Choices

CUSTOM = "custom_"
ANY: Choices = [("", _("Any"))]
ASKED_FIRST = (IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.WECHAT, IdentityKind.CARD)


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class FilterForm(Form):
    """The filters of the list. Only draws them: listing.py reads the address."""

    name = forms.CharField(label=_("Name, pinyin or number"), required=False)
    type = forms.ChoiceField(label=_("Type"), choices=ANY + TYPES, required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), choices=ANY + PHASES, required=False)
    city = forms.CharField(label=_("City"), required=False)
    source = forms.CharField(label=_("Source"), required=False)
    last_from = forms.DateField(label=_("Last purchase from"), required=False, widget=day_input())
    last_to = forms.DateField(label=_("Last purchase to"), required=False, widget=day_input())
    risk_from = forms.IntegerField(label=_("Risk from, %"), required=False)
    risk_to = forms.IntegerField(label=_("Risk to, %"), required=False)
    stake_from = forms.IntegerField(label=_("Value at stake from"), required=False)
    stake_to = forms.IntegerField(label=_("Value at stake to"), required=False)

    def __init__(self, *args: Any, owners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [("", _("Any")), ("me", _("Mine")), ("none", _("Nobody's")), *owners]
        offer(self, "owner", people)
        for name in ("risk_from", "risk_to", "stake_from", "stake_to"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "min": 0}


class CustomerForm(Form):
    """`fields_of`: the company's own fields; they stand behind the built-in ones."""

    name = forms.CharField(label=_("Name"), max_length=120)
    type = forms.ChoiceField(label=_("Type"), choices=TYPES)
    birthday = forms.DateField(label=_("Birthday"), required=False, widget=day_input())
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    industry = forms.CharField(label=_("Industry"), max_length=60, required=False)
    source = forms.CharField(label=_("Source"), max_length=60, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 3})
    )
    PLAIN = ("name", "type", "birthday", "city", "industry", "source", "note")

    def __init__(self, *args: Any, own_fields: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_fields = list(own_fields)
        for field in self.own_fields:
            made = _own_field(field)
            made.error_messages |= sentences(made.label)
            self.fields[CUSTOM + field.code] = made

    @property
    def plain(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.PLAIN}

    @property
    def custom(self) -> dict[str, Any]:
        """Code → value; None where nothing was entered."""
        return {
            field.code: _own_value(field, self.cleaned_data.get(CUSTOM + field.code))
            for field in self.own_fields
        }

    @property
    def own(self) -> list[Any]:
        return [self[CUSTOM + field.code] for field in self.own_fields]


class NewCustomerForm(CustomerForm):
    """A new customer also has a number, if the company gives it, and ways to be reached."""

    number = forms.CharField(
        label=_("Customer number"),
        max_length=64,
        required=False,
        help_text=_("Leave it empty and the system gives one"),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    wechat = forms.CharField(label=_("WeChat"), max_length=80, required=False)
    card = forms.CharField(label=_("Member card"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    @property
    def identities(self) -> list[tuple[str, str]]:
        given = ((str(kind), self.cleaned_data[kind].strip()) for kind in ASKED_FIRST)
        return [(kind, text) for kind, text in given if text]


class IdentityForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=IDENTITIES)
    text = forms.CharField(label=_("Number, address or account"), max_length=400)
    label = forms.CharField(
        label=_("Label"), max_length=40, required=False, help_text=_("Office, home, assistant …")
    )


class RevealForm(Form):
    reason = forms.CharField(
        label=_("Why you need it"), max_length=200, widget=forms.TextInput({"autofocus": True})
    )
    SENTENCES = {"reason": {"required": _("Say why you need to see it")}}


class PersonForm(Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    position = forms.CharField(label=_("Position"), max_length=80, required=False)
    decision_role = forms.ChoiceField(
        label=_("Part in decisions"), choices=[("", _("Not known")), *ROLES], required=False
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ExclusionForm(Form):
    kind = forms.ChoiceField(
        label=_("What it names"),
        choices=EXCLUSIONS,
    )
    value = forms.CharField(label=_("What is excluded"), max_length=64)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Stored sealed: it may be about health")
    )


class ConsentForm(Form):
    purpose = forms.ChoiceField(label=_("For what"), choices=CONSENTS)
    channel = forms.ChoiceField(label=_("By which channel"), required=False)
    granted = forms.ChoiceField(
        label=_("What the customer said"),
        choices=[("yes", _("Agreed")), ("no", _("Withdrew or refused"))],
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Where it was said"), max_length=60, help_text=_("Form, call, counter …")
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        required=False,
        help_text=_("Number of the form, of the recording …"),
    )

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("Every channel")), *channels]
        offer(self, "channel", every)


class MergeForm(Form):
    other = forms.CharField(
        label=_("Number of the other customer"),
        max_length=64,
        help_text=_("Its orders, contacts and numbers come here; it can be taken apart again"),
    )


class AssignForm(Form):
    """`typed`: how many, written by hand where many customers change hands."""

    owner = forms.ChoiceField(label=_("New owner"))
    typed = forms.CharField(label=_("Number of customers"), required=False)

    def __init__(self, *args: Any, owners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [("", _("Choose a person")), *owners, ("none", _("Nobody"))]
        offer(self, "owner", people)
        self.fields["typed"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


def _own_field(field: Any) -> forms.Field:
    is_chinese = (get_language() or "").startswith("zh")
    label = field.name_zh if is_chinese else field.name_en
    plain: dict[str, Any] = {"label": label, "required": field.is_required}
    if field.kind == "number":
        return forms.DecimalField(**plain)
    if field.kind == "date":
        return forms.DateField(widget=day_input(), **plain)
    if field.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *((c, c) for c in field.choices)], **plain)
    if field.kind == "yes_no":
        words = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
        return forms.ChoiceField(choices=words, **plain)
    return forms.CharField(max_length=500, **plain)


def _own_value(field: Any, value: Any) -> Any:
    if value in (None, ""):
        return None
    if field.kind == "number":
        return float(value)
    if field.kind == "date":
        return value.isoformat()
    return value == "yes" if field.kind == "yes_no" else value


def own_initial(own_fields: Iterable[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values of the company's own fields as the form shows them."""
    shown: dict[str, Any] = {}
    for field in own_fields:
        value = values.get(field.code)
        if field.kind == "yes_no" and value is not None:
            value = "yes" if value else "no"
        shown[CUSTOM + field.code] = value
    return shown
