from django.urls import path

from . import changes, lifecycle, own, schemes, views

urlpatterns = [
    path("segments/", views.first, name="segments"),
    path("segments/own/", own.own, name="segments-own"),
    path("segments/own/new", own.new, name="segment-new"),
    path("segments/own/found", own.found, name="segment-found"),
    path("segments/tree/<slug:root>", own.tree, name="segment-tree"),
    path("segments/own/<slug:code>/changes", changes.changes, name="segment-changes"),
    path("segments/own/<slug:code>/edit", own.edit, name="segment-edit"),
    path("segments/own/<slug:code>/delete", own.delete, name="segment-delete"),
    path("segments/own/<slug:code>/restore", own.restore, name="segment-restore"),
    path("segments/stages/", lifecycle.lifecycle, name="lifecycle"),
    path("segments/schemes/", schemes.schemes, name="schemes"),
    path("segments/schemes/new", schemes.new, name="scheme-new"),
    path("segments/schemes/form", schemes.form, name="scheme-form"),
    path("segments/schemes/preview", schemes.previewed, name="scheme-preview"),
    path("segments/<slug:code>/edit", schemes.edit, name="scheme-edit"),
    path("segments/<slug:code>/switch", schemes.switch, name="scheme-switch"),
    path("segments/<slug:code>/versions", schemes.versions, name="scheme-versions"),
    path(
        "segments/<slug:code>/versions/<int:version>/restore",
        schemes.restore,
        name="scheme-restore",
    ),
    path("segments/<slug:code>/", views.segment, name="segment"),
    path("segments/<slug:code>/definition", views.definition, name="segment-definition"),
    path("segments/<slug:code>/chosen", views.chosen, name="segment-chosen"),
    path("segments/<slug:code>/bands", views.bands, name="segment-bands"),
    path("segments/<slug:code>/people", views.people, name="segment-people"),
    path("segments/<slug:code>/export", views.export, name="segment-export"),
]
