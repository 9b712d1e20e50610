"""Every area adds one line. `home` stays last: it catches what no area has claimed."""

from django.urls import URLPattern, URLResolver, include, path

from .home import home

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("weixi.web.account.urls")),
    path("", include("weixi.web.settings.urls")),
    path("", include("weixi.web.segments.urls")),
    path("home", home, name="home"),
    path("", home, name="front"),
]
