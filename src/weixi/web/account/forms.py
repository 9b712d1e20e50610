from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weixi.web.forms import Form

LANGUAGES = [("", _("As the browser wishes")), ("zh-hans", "简体中文"), ("en", "English")]
THEMES = [("", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]


class SignIn(Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class Code(Form):
    """Of the telephone or, where `recovery`, one of the recovery codes. Never shown again."""

    passcode = forms.CharField(
        label=pgettext_lazy("sign-in", "Code"),
        max_length=20,
        widget=forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, recovery: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passcode"].help_text = (
            _("The six digits that your telephone shows, or one of your recovery codes")
            if recovery
            else _("The six digits that your telephone shows now")
        )
        if not recovery:
            self.fields["passcode"].widget.attrs["inputmode"] = "numeric"


class OwnSettings(Form):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    theme = forms.ChoiceField(label=_("Light or dark"), choices=THEMES, required=False)
    has_single_keys = forms.BooleanField(
        label=_("Single-letter keys"),
        required=False,
        help_text=_("J, K, E, H and others work without Ctrl. Switch off for speech input."),
    )
    daily_capacity = forms.IntegerField(
        label=_("Care tasks a day"),
        min_value=1,
        max_value=200,
        help_text=_("Today's list is cut to what one person can do well"),
    )


class NewPassword(Form):
    old = forms.CharField(
        label=_("Password now"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 8 characters; not one that many people use"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_new(self) -> str:
        text: str = self.cleaned_data["new"]
        try:
            password_validation.validate_password(text)
        except ValidationError as no:
            raise ValidationError(no.messages) from None
        return text
