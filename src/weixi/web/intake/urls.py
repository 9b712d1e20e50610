from django.urls import path

from . import history, views

urlpatterns = [
    path("import/", history.index, name="imports"),
    path("import/upload", views.upload, name="import-upload"),
    path("import/staged/<str:token>/columns", views.columns, name="import-columns"),
    path("import/staged/<str:token>/check", views.check, name="import-check"),
    path("import/staged/<str:token>/repair", views.repair_cell, name="import-repair"),
    path("import/staged/<str:token>/start", views.start, name="import-start"),
    path("import/staged/<str:token>/progress", views.progress, name="import-progress"),
    path("import/staged/<str:token>/discard", views.throw_away, name="import-discard"),
    path("import/<int:batch_id>", history.result, name="import-result"),
    path("import/<int:batch_id>/rejects", history.rejects, name="import-rejects"),
    path("import/<int:batch_id>/undo", history.undo_import, name="import-undo"),
    path("import/<int:batch_id>/stop", history.stop, name="import-stop"),
]
