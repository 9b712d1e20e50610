from django.apps import AppConfig


class Outreach(AppConfig):
    name = "weixi.act.outreach"
    label = "outreach"
    default_auto_field = "django.db.models.BigAutoField"
