from django.urls import path

from . import views

urlpatterns = [
    path("settings/privileges", views.privileges, name="privileges"),
    path("settings/privileges/new", views.new, name="privilege-new"),
    path("settings/privileges/<int:privilege_id>/switch", views.switch, name="privilege-switch"),
    path("settings/privileges/budget", views.budget, name="surprise-budget"),
    path("customers/<int:customer_id>/privileges", views.of_customer, name="customer-privileges"),
    path(
        "customers/<int:customer_id>/privileges/new",
        views.new_for_customer,
        name="customer-privilege-new",
    ),
    path("customers/<int:customer_id>/surprise", views.surprise, name="surprise"),
    path("surprises/", views.ledger, name="surprises"),
    path("surprises/<int:surprise_id>/back", views.take_back, name="surprise-back"),
]
