from django.urls import URLPattern, URLResolver, path

from . import unsubscribe, views

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("u/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
]
