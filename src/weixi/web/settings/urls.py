from django.urls import path

from . import views

urlpatterns = [
    path("settings/", views.index, name="settings"),
    path("settings/components", views.components, name="components"),
    path("settings/system", views.system, name="system"),
]
