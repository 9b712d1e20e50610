from django.apps import AppConfig


class Interventions(AppConfig):
    name = "weixi.act.interventions"
    label = "interventions"
    default_auto_field = "django.db.models.BigAutoField"
