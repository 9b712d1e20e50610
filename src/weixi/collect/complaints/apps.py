from django.apps import AppConfig


class Complaints(AppConfig):
    name = "weixi.collect.complaints"
    label = "complaints"
