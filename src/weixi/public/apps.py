from django.apps import AppConfig


class Public(AppConfig):
    name = "weixi.public"
    label = "public"
