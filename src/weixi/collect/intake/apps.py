from django.apps import AppConfig


class Intake(AppConfig):
    name = "weixi.collect.intake"
    label = "intake"
