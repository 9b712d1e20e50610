from django.urls import path

from . import acting, views

ONE = "campaigns/<int:campaign_id>/"
urlpatterns = [
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/new", acting.new, name="campaign-new"),
    path(ONE, views.campaign, name="campaign"),
    path(ONE + "edit/<slug:section>", acting.edit, name="campaign-edit"),
    path(ONE + "remove/<slug:what>/<int:place>", acting.remove, name="campaign-remove"),
    path(ONE + "reach", acting.reach, name="campaign-reach"),
    path(ONE + "submit", acting.submit, name="campaign-submit"),
    path(ONE + "approve", acting.approve, name="campaign-approve"),
    path(ONE + "back", acting.send_back, name="campaign-back"),
    path(ONE + "launch", acting.launch, name="campaign-launch"),
    path(ONE + "stop", acting.stop, name="campaign-stop"),
    path(ONE + "test", acting.test, name="campaign-test"),
    path(ONE + "findings", acting.finding, name="campaign-finding"),
    path(ONE + "findings/<int:finding_id>/gone", acting.finding_gone, name="campaign-finding-gone"),
    path("reports/effects/", views.effects, name="effects"),
]
