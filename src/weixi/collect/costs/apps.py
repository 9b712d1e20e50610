from django.apps import AppConfig


class Costs(AppConfig):
    name = "weixi.collect.costs"
    label = "costs"
