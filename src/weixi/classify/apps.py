from django.apps import AppConfig


class Classify(AppConfig):
    name = "weixi.classify"
    label = "classify"
