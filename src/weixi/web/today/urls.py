from django.urls import path

from . import asking, views

urlpatterns = [
    path("", views.today, name="today"),
    path("today/done", views.done, name="today-done"),
    path("customers/<int:customer_id>/task", asking.new, name="task-new"),
    path("tasks/<int:task_id>", views.panel, name="task"),
    path("tasks/<int:task_id>/start", views.start, name="task-start"),
    path("tasks/<int:task_id>/release", views.release, name="task-release"),
    path("tasks/<int:task_id>/complete", views.complete, name="task-complete"),
    path("tasks/<int:task_id>/postpone", views.postpone, name="task-postpone"),
    path("tasks/<int:task_id>/undo", views.undo, name="task-undo"),
]
