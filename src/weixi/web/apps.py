from django.apps import AppConfig


class Web(AppConfig):
    name = "weixi.web"
    label = "web"
