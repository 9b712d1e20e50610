from django.apps import AppConfig


class Surveys(AppConfig):
    name = "weixi.collect.surveys"
    label = "surveys"
