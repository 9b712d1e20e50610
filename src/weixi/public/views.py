"""For machines that watch over this one. Neither says anything about customers or versions."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has the tables of this version."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, ImproperlyConfigured):
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    if missing:
        return HttpResponse("migrations are missing\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
