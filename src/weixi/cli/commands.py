"""Every command in one table. A command's module is imported when that command is used."""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from weixi.core.processes import start_ahead


class Entry(NamedTuple):
    """`target` is module:name of a function, or of a typer.Typer with commands of its own.
    `ahead`: a program that it will ask for, which loads meanwhile, and what tells it where to
    read, from the settings alone."""

    target: str
    help: str
    needs_django: bool = True
    is_hidden: bool = False
    ahead: tuple[str, str] | None = None


COMMANDS: dict[str, Entry] = {
    "demo": Entry("weixi.cli.demo:demo", "A believable company, ready to look at."),
    "init": Entry("weixi.cli.setup:init", "Make the database and all that is shipped in it."),
    "serve": Entry("weixi.cli.serving:serve", "Start the web server."),
    "worker": Entry("weixi.cli.worker:worker", "Start background jobs and the schedule."),
    "import": Entry("weixi.cli.intake:import_file", "Take in customers, orders or contacts."),
    "undo-import": Entry("weixi.cli.intake:undo_import", "Restore what an import changed."),
    "refresh": Entry(
        "weixi.cli.refresh:refresh",
        "Run the pipeline for a day.",
        ahead=("weixi.measure.extract", "weixi.cli.ahead:begin"),
    ),
    "today": Entry("weixi.cli.today:today", "The care list: whom to contact, and why."),
    "person": Entry("weixi.cli.person:app", "People who sign in: add one, new password."),
    "customer": Entry("weixi.cli.customer:app", "One customer: show, export, merge, unmerge."),
    "schemes": Entry("weixi.cli.schemes:schemes", "The classification schemes."),
    "scheme": Entry("weixi.cli.schemes:scheme", "Customers, revenue and profit per cell."),
    "fit": Entry("weixi.cli.models:fit", "Fit a model to a file.", False),
    "predict": Entry("weixi.cli.models:predict", "Predict per customer of a file.", False),
    "backtest": Entry("weixi.cli.backtest:backtest", "Judge the models in use on held-out time."),
    "uplift": Entry("weixi.cli.uplift:uplift", "Did it help: treated against held out.", False),
    "churn": Entry("weixi.cli.contracts:churn", "Which contracts will be ended.", False),
    "satisfaction": Entry("weixi.cli.satisfaction:satisfaction", "c = b / a of a file.", False),
    "economics": Entry("weixi.cli.economics:app", "What retention is worth.", False),
    "simulate": Entry("weixi.cli.simulate:simulate", "Write a company with known truth.", False),
    "bench": Entry("weixi.cli.bench:bench", "Measure the figures of docs/benchmarks.md.", False),
    "bench-truth": Entry("weixi.cli.bench_truth:bench_truth", "See bench.", is_hidden=True),
    "bench-pages": Entry("weixi.cli.bench_pages:bench_pages", "See bench.", is_hidden=True),
    "bench-outbox": Entry("weixi.cli.bench_outbox:bench_outbox", "See bench.", is_hidden=True),
    "hire": Entry("weixi.cli.demo_company:hire", "The demo's people alone.", is_hidden=True),
    "doctor": Entry("weixi.cli.setup:doctor", "What is wrong here, and how to mend it."),
    "backup": Entry("weixi.cli.setup:backup", "Write a consistent copy while running."),
    "restore": Entry("weixi.cli.setup:restore", "Verify a backup, then put it in place."),
}


class LazyCommands(TyperGroup):
    """Lists commands from the table; imports the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        if name is not None and (ahead := COMMANDS[name].ahead):
            _begun(*ahead)
        return name, None if name is None else loaded(name), rest


def _begun(program: str, target: str) -> None:
    child = start_ahead(program)
    module, _, attribute = target.partition(":")
    getattr(import_module(module), attribute)(child)


def root() -> LazyCommands:
    stubs = [
        TyperCommand(name, help=entry.help, hidden=entry.is_hidden)
        for name, entry in COMMANDS.items()
    ]
    return LazyCommands(
        name="weixi",
        commands=stubs,
        help="Weixi 维系: know your customers, see early who is leaving, act today.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )


def loaded(name: str) -> Any:
    """The real command; Django is set up first where its module needs it."""
    entry = COMMANDS[name]
    if entry.needs_django:
        import_module("django").setup()
    module, _, attribute = entry.target.partition(":")
    target = getattr(import_module(module), attribute)
    return typer.main.get_command(_as_app(name, target))


def _as_app(name: str, target: Any) -> typer.Typer:
    if isinstance(target, typer.Typer):
        target.rich_markup_mode = None
        return target
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name)(target)
    return app
