from django.urls import path

from . import editing, learning, views

urlpatterns = [
    path("playbooks/", views.playbooks, name="playbooks"),
    path("playbooks/new", editing.new, name="playbook-new"),
    path("playbooks/<slug:code>", views.playbook, name="playbook"),
    path("playbooks/<slug:code>/customers", views.customers, name="playbook-customers"),
    path("playbooks/<slug:code>/simulation", views.simulation, name="playbook-simulation"),
    path("playbooks/<slug:code>/edit", editing.edit, name="playbook-edit"),
    path("playbooks/<slug:code>/publish", editing.publish, name="playbook-publish"),
    path("playbooks/<slug:code>/drop", editing.drop, name="playbook-drop"),
    path("playbooks/<slug:code>/switch", editing.switch, name="playbook-switch"),
    path("playbooks/<slug:code>/findings", learning.finding, name="playbook-finding"),
    path(
        "playbooks/<slug:code>/findings/<int:finding_id>/gone",
        learning.finding_gone,
        name="playbook-finding-gone",
    ),
    path("playbooks/runs/<int:run_id>/stop", editing.stop, name="playbook-run-stop"),
]
