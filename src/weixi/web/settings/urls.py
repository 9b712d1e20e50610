from django.urls import path

from . import access_log, calendar, channels, fields, people, roles, signals, thresholds, views

urlpatterns = [
    path("settings/", views.index, name="settings"),
    path("settings/components", views.components, name="components"),
    path("settings/system", views.system, name="system"),
    path("settings/people", people.people, name="people"),
    path("settings/people/<int:user_id>", people.person, name="person"),
    path("settings/people/<int:user_id>/password", people.password, name="person-password"),
    path("settings/teams", people.teams, name="teams"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/<slug:code>", roles.role, name="role"),
    path("settings/roles/<slug:code>/effect", roles.effect, name="role-effect"),
    path("settings/thresholds", thresholds.thresholds, name="thresholds"),
    path("settings/signals", signals.signals, name="signals"),
    path("settings/signals/<slug:code>", signals.signal, name="signal"),
    path("settings/signals/<slug:code>/preview", signals.signal_preview, name="signal-preview"),
    path("settings/calendar", calendar.calendar, name="calendar"),
    path("settings/calendar/day", calendar.day, name="calendar-day"),
    path("settings/calendar/day/remove", calendar.day_remove, name="calendar-day-remove"),
    path("settings/calendar/verified", calendar.verified, name="calendar-verified"),
    path("settings/calendar/preview", calendar.preview, name="calendar-preview"),
    path("settings/channels", channels.channels, name="channels"),
    path("settings/channels/<slug:code>", channels.channel, name="channel"),
    path("settings/fields", fields.fields, name="custom-fields"),
    path("settings/fields/<slug:code>", fields.field, name="custom-field"),
    path("settings/fields/<slug:code>/remove", fields.remove, name="custom-field-remove"),
    path("settings/access-log", access_log.access_log, name="access-log"),
]
