from django.apps import AppConfig


class Replies(AppConfig):
    name = "weixi.collect.replies"
    label = "replies"
