from django.apps import AppConfig


class Api(AppConfig):
    name = "weixi.api"
    label = "api"
