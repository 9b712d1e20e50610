from django.urls import path

from . import economics, views

urlpatterns = [
    path("reports/", views.dashboard, name="reports"),
    path("reports/customers", views.customers_behind, name="report-customers"),
    path("reports/cohorts/", views.cohorts, name="cohorts"),
    path("reports/economics/", economics.economics, name="economics"),
    path("reports/models/", views.models, name="models"),
]
