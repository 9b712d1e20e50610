from django.apps import AppConfig


class Points(AppConfig):
    name = "weixi.collect.points"
    label = "points"
