"""`weixi demo`: from nothing to today's list of a believable company, or of a file of one's own."""

import shutil
import signal
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings

from weixi.cli import children, demo_company, ports, setup
from weixi.cli.output import progress, say
from weixi.collect.orders.queries import last_order_day
from weixi.core.alone import alone
from weixi.core.clock import today
from weixi.core.errors import RuleBroken
from weixi.core.runs import newest_run
from weixi.simulate.company import simulate

KINDS = (
    "customers", "orders", "contacts", "complaints", "answers", "points", "costs", "referrals",
)  # fmt: skip


def demo(
    data: Annotated[
        list[Path], typer.Option(help="Your own files instead of the simulated company.")
    ] = [],  # noqa: B006
    preset: Annotated[str, typer.Option(help="online-retail or cdnow, for those files.")] = "",
    customers: Annotated[int, typer.Option(help="Size of the simulated company.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="Another seed, another company.")] = 1,
    port: Annotated[int, typer.Option(help="Port of the pages.", min=1, max=65535)] = 8000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the pages when all is in.")
    ] = True,
) -> None:
    """A company to look at: made, measured, foreseen, and served on this machine."""
    with alone(_waits):
        told = _prepared(data, preset, customers, seed)
    if serve:
        _serve(ports.free_port(port), port, told)


def _waits() -> None:
    say("Another demo is being made here: waiting for it.")


def _prepared(data: list[Path], preset: str, customers: int, seed: int) -> dict[str, Any]:
    """What is there already is not made again. Returns what is kept of the demo."""
    setup.set_up()
    demo_company.refuse_real_customers()
    source = _source(data, preset, customers, seed)
    told = demo_company.state()
    if told.get("source", source) != source:
        raise RuleBroken(
            f"The demo here is of {told['source']}. For {source} give it a place of its own: "
            "WEIXI_VAR=var/another ./weixi demo …"
        )
    demo_company.remember(source=source)
    told = demo_company.hire()
    if not told.get("is_loaded"):
        _load(data, preset, customers, seed)
        demo_company.remember(is_loaded=True)
    _refresh(is_simulated=not data)
    return told


def _source(data: list[Path], preset: str, customers: int, seed: int) -> str:
    if data:
        return f"{preset or 'files'}: {', '.join(file.name for file in data)}"
    return f"a simulated company of {customers:,} customers, seed {seed}"


def _load(data: list[Path], preset: str, customers: int, seed: int) -> None:
    """Killed midway, the next start repeats it: an import adds nothing twice."""
    if data:
        chosen = ("--preset", preset) if preset else ()
        _take("orders", *(str(file) for file in data), *chosen)
        return
    folder = Path(settings.VAR) / "demo"
    end = today() - timedelta(days=1)
    with progress() as report:
        simulate(
            customers,
            seed=seed,
            end=end,
            out=folder,
            progress=lambda done, total: report("Simulating the company", done, total),
        )
    for kind in KINDS:
        _take(kind, str(folder / f"{kind}.csv"))
    shutil.rmtree(folder)


def _take(kind: str, *arguments: str) -> None:
    say(f"Taking in {kind} …")
    told = children.call("import", kind, *arguments)
    say(f"{told['rows']:,} rows in {told['seconds']:.1f} s, {told['rejected']:,} rejected.")


def _refresh(*, is_simulated: bool) -> None:
    """Old files are looked at from the day after their last order, the company from today."""
    day = today() if is_simulated else _day_after(last_order_day())
    newest = newest_run()
    if newest is None:  # so that pages tell what changed; nobody was there to work on a list
        _refresh_as_of(day - timedelta(days=30), "--without", "plan")
    if newest is None or newest.as_of < day:
        _refresh_as_of(day)


def _refresh_as_of(day: date, *further: str) -> None:
    say(f"Measuring, predicting, classifying, planning as of {day} …")
    told = children.call("refresh", "--as-of", day.isoformat(), *further)
    say(f"{told['customers']:,} customers in {told['seconds']:.1f} s.")


def _day_after(day: date | None) -> date:
    return today() if day is None else min(day + timedelta(days=1), today())


def _serve(port: int, wanted: int, told: dict[str, Any]) -> None:
    if port != wanted:
        say(f"Port {wanted} is taken by another program; using {port}.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = [children.start("serve", "--port", str(port)), children.start("worker")]
    try:
        children.wait_until_ready(f"http://127.0.0.1:{port}/healthz", started)
        _tell(f"http://127.0.0.1:{port}/", told)
        started[0].wait()
    except KeyboardInterrupt:
        say("Stopping …")
    finally:
        children.stop(started)


def _tell(address: str, told: dict[str, Any]) -> None:
    say(f"\n  Weixi is at    {address}")
    for username in told["accounts"]:
        person = next(p for p in demo_company.PEOPLE if p.username == username)
        say(f"  sign in as     {username} ({person.role})")
    say(f"  password       {told['password']}\n\n  Ctrl-C stops it.")
