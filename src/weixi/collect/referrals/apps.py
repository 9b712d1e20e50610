from django.apps import AppConfig


class Referrals(AppConfig):
    name = "weixi.collect.referrals"
    label = "referrals"
