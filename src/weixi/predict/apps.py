from django.apps import AppConfig


class Predict(AppConfig):
    name = "weixi.predict"
    label = "predict"
