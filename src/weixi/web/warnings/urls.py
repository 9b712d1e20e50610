from django.urls import path

from . import acting, losses, prevention, views

urlpatterns = [
    path("warnings/", views.board, name="warnings"),
    path("warnings/handle", acting.handle, name="warnings-handle"),
    path("warnings/snooze", acting.snooze, name="warnings-snooze"),
    path("warnings/false-alarm", acting.false_alarm, name="warnings-false-alarm"),
    path("warnings/reopen", acting.reopen, name="warnings-reopen"),
    path("warnings/assign", acting.assign, name="warnings-assign"),
    path("warnings/changes/<int:undo>/undo", acting.undo, name="warnings-undo"),
    path("warnings/losses/", losses.losses, name="losses"),
    path("warnings/losses/<int:loss_id>/judge", losses.judge, name="loss-judge"),
    path("warnings/losses/prevention", prevention.add, name="prevention-new"),
    path(
        "warnings/losses/prevention/<int:prevention_id>",
        prevention.change,
        name="prevention-change",
    ),
    path(
        "warnings/losses/prevention/<int:prevention_id>/end",
        prevention.end,
        name="prevention-end",
    ),
    path(
        "customers/<int:customer_id>/evidence/<slug:kind>",
        views.evidence,
        name="customer-evidence",
    ),
]
