from django.urls import URLPattern, URLResolver, path

from . import views

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
