from django.apps import AppConfig


class Customers(AppConfig):
    name = "weixi.collect.customers"
    label = "customers"
