from django.apps import AppConfig


class Membership(AppConfig):
    name = "weixi.act.membership"
    label = "membership"
    default_auto_field = "django.db.models.BigAutoField"
