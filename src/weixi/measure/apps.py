from django.apps import AppConfig


class Measure(AppConfig):
    name = "weixi.measure"
    label = "measure"
