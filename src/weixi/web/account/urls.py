from django.urls import path

from . import second_factor, sessions, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-in/code", second_factor.sign_in_code, name="sign-in-code"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("language", views.set_language, name="set-language"),
    path("theme", views.set_theme, name="set-theme"),
    path("settings/own", views.own_settings, name="own-settings"),
    path("settings/own/password", views.own_password, name="own-password"),
    path("settings/own/second-factor", second_factor.own, name="second-factor"),
    path("settings/own/second-factor/begin", second_factor.begin, name="second-factor-begin"),
    path("settings/own/second-factor/confirm", second_factor.confirm, name="second-factor-confirm"),
    path("settings/own/second-factor/codes", second_factor.codes, name="second-factor-codes"),
    path("settings/own/second-factor/remove", second_factor.remove, name="second-factor-remove"),
    path("settings/own/sessions", sessions.sessions, name="own-sessions"),
    path("settings/own/sessions/end", sessions.end, name="own-session-end"),
    path("settings/own/sessions/end-others", sessions.end_others, name="own-sessions-end-others"),
]
