from django.apps import AppConfig


class Orders(AppConfig):
    name = "weixi.collect.orders"
    label = "orders"
