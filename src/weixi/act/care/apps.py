from django.apps import AppConfig


class Care(AppConfig):
    name = "weixi.act.care"
    label = "care"
