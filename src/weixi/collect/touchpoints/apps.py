from django.apps import AppConfig


class Touchpoints(AppConfig):
    name = "weixi.collect.touchpoints"
    label = "touchpoints"
