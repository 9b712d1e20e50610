"""Forms of people."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from weixi.core.actor import Actor
from weixi.staff import queries
from weixi.web.forms import Form, offer


class Person(Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"))
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)
    capacity = forms.IntegerField(
        label=_("Care tasks a day"),
        min_value=0,
        max_value=500,
        help_text=_("Today's list is cut to what one person can do well"),
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.code, queries.role_name(role)) for role, _n in queries.roles(actor)]
        teams = [(team.pk, team.name) for team, _n in queries.teams(actor)]
        for name, choices in (("role", roles), ("team", [("", _("none")), *teams])):
            offer(self, name, choices)


class NewPerson(Person):
    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("For signing in; it stays")
    )
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters; not one that many people use"),
        validators=[validate_password],
    )
    field_order = ("name", "username", "role", "team", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["capacity"], self.fields["is_active"]


class Password(Form):
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters; not one that many people use"),
    )
