from django.apps import AppConfig


class Evaluate(AppConfig):
    name = "weixi.evaluate"
    label = "evaluate"
