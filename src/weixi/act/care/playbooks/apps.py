from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    name = "weixi.act.care.playbooks"
    label = "playbooks"
