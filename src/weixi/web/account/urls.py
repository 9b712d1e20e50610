from django.urls import path

from . import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("language", views.set_language, name="set-language"),
    path("theme", views.set_theme, name="set-theme"),
    path("settings/own", views.own_settings, name="own-settings"),
    path("settings/own/password", views.own_password, name="own-password"),
]
