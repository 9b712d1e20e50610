"""`weixi serve`: the pages and the API."""

import os
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from weixi.cli.output import say
from weixi.cli.ports import is_free
from weixi.core.checkup import refuse_a_wrong_start
from weixi.core.errors import RuleBroken

# No page holds PostgreSQL for longer, so one of them cannot starve the others (S-07). The worker's
# statements are not bounded. An operator's own PGOPTIONS win.
BOUNDED = "-c statement_timeout=15s"


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
) -> None:
    """Start the web server."""
    refuse_a_wrong_start()
    if not is_free(port, host):
        raise RuleBroken(f"Nothing can listen on {host}:{port}: give another --port.")
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PGOPTIONS", BOUNDED)
    server = Granian(
        "weixi.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    say(f"Serving http://{host}:{port}/")
    server.serve()
