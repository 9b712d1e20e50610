from django.urls import path

from . import extensions, stream, views

urlpatterns = [
    path("events/", stream.events, name="events"),
    path("calls/current", views.current, name="call-current"),
    path("calls/waiting", views.waiting, name="calls-waiting"),
    path("calls/<int:call_id>/draft", views.draft, name="call-draft"),
    path("calls/<int:call_id>/choose", views.choose, name="call-choose"),
    path("calls/<int:call_id>/customer", views.customer, name="call-customer"),
    path("calls/<int:call_id>/save", views.save, name="call-save"),
    path("calls/<int:call_id>/dismiss", views.dismiss, name="call-dismiss"),
    path("settings/extensions", extensions.extensions, name="extensions"),
    path("settings/extensions/<int:extension_id>/remove", extensions.remove,
         name="extension-remove"),
]  # fmt: skip
