from django.urls import path

from . import asking, team, views

urlpatterns = [
    path("", views.today, name="today"),
    path("today/done", views.done, name="today-done"),
    path("today/team", team.overview, name="team"),
    path("today/team/tasks", team.tasks, name="team-all"),
    path("today/team/<int:user_id>", team.tasks, name="team-tasks"),
    path("today/team/give", team.give, name="team-give"),
    path("today/team/give/<int:undo>/undo", team.undo_give, name="team-give-undo"),
    path("today/team/absence", team.absence, name="team-absence"),
    path("today/team/absence/<int:absence_id>/end", team.end_absence, name="team-absence-end"),
    path("customers/<int:customer_id>/task", asking.new, name="task-new"),
    path("tasks/<int:task_id>", views.panel, name="task"),
    path("tasks/<int:task_id>/start", views.start, name="task-start"),
    path("tasks/<int:task_id>/release", views.release, name="task-release"),
    path("tasks/<int:task_id>/complete", views.complete, name="task-complete"),
    path("tasks/<int:task_id>/postpone", views.postpone, name="task-postpone"),
    path("tasks/<int:task_id>/undo", views.undo, name="task-undo"),
]
