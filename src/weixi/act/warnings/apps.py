from django.apps import AppConfig


class Warnings(AppConfig):
    name = "weixi.act.warnings"
    label = "warnings"
    default_auto_field = "django.db.models.BigAutoField"
