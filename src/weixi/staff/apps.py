from django.apps import AppConfig


class Staff(AppConfig):
    name = "weixi.staff"
    label = "staff"
