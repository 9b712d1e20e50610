"""Every area adds one line."""

from django.urls import URLPattern, URLResolver, include, path

from .home import home

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("weixi.web.account.urls")),
    path("", include("weixi.web.settings.urls")),
    path("", include("weixi.web.today.urls")),
    path("", include("weixi.web.customers.urls")),
    path("", include("weixi.web.search.urls")),
    path("", include("weixi.web.segments.urls")),
    path("", include("weixi.web.playbooks.urls")),
    path("", include("weixi.web.warnings.urls")),
    path("", include("weixi.web.campaigns.urls")),
    path("", include("weixi.web.privileges.urls")),
    path("", include("weixi.web.outreach.urls")),
    path("", include("weixi.web.reports.urls")),
    path("", include("weixi.web.intake.urls")),
    path("", include("weixi.web.touch.urls")),
    path("", include("weixi.web.calls.urls")),
    path("home", home, name="home"),
]
