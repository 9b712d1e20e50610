from django.urls import path

from . import views

urlpatterns = [
    path("segments/", views.first, name="segments"),
    path("segments/<slug:code>/", views.segment, name="segment"),
    path("segments/<slug:code>/definition", views.definition, name="segment-definition"),
    path("segments/<slug:code>/bands", views.bands, name="segment-bands"),
    path("segments/<slug:code>/people", views.people, name="segment-people"),
    path("segments/<slug:code>/export", views.export, name="segment-export"),
]
