from django.urls import path

from . import economics, satisfaction, service, views

urlpatterns = [
    path("reports/", views.dashboard, name="reports"),
    path("reports/customers", views.customers_behind, name="report-customers"),
    path("reports/cohorts/", views.cohorts, name="cohorts"),
    path("reports/economics/", economics.economics, name="economics"),
    path("reports/satisfaction/", satisfaction.satisfaction, name="report-satisfaction"),
    path("reports/service/", service.service, name="report-service"),
    path("reports/service/answers", service.service_answers, name="report-service-answers"),
    path("reports/models/", views.models, name="models"),
]
