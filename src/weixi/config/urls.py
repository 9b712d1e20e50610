"""Where each door hangs."""

from django.urls import include, path

from weixi.api.urls import api

urlpatterns = [
    path("api/v1/", include("weixi.api.urls")),
    path("api/v1/", api.urls),
    path("", include("weixi.public.urls")),
    path("", include("weixi.web.urls")),
]

handler403 = "weixi.web.errors.no_permission"
handler404 = "weixi.web.errors.not_found"
handler500 = "weixi.web.errors.our_fault"
