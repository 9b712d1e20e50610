"""`weixi serve`: the web server."""

from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces

from weixi.cli.output import say


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1)] = 1,
) -> None:
    """Start the web server."""
    say(f"Serving http://{host}:{port}/")
    Granian(
        "weixi.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2,
        log_access=False,
    ).serve()
