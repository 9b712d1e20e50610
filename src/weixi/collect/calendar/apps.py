from django.apps import AppConfig


class Calendar(AppConfig):
    name = "weixi.collect.calendar"
    label = "calendar"
