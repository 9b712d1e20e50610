from django.apps import AppConfig


class Core(AppConfig):
    name = "weixi.core"
    label = "core"
