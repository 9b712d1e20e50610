from django.apps import AppConfig


class Calls(AppConfig):
    name = "weixi.collect.calls"
    label = "calls"
