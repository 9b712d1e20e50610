"""The whole system in one list: each stage reads only what the stages above it here have written.

A stage computes columns into the lake first; when all have, their tables are published in one
transaction, so that a page never shows a mixture and a killed run leaves the old figures whole.
What follows from the facts or the lake alone is computed beside the others, on a second core.
"""

from collections.abc import Callable, Container, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from weixi.act.care import actions as plan
from weixi.act.warnings import actions as warn
from weixi.classify import actions as classify
from weixi.collect.customers.actions import forget_computed
from weixi.core.actor import Actor
from weixi.core.collecting import uncollected
from weixi.core.columnar import fits_beside
from weixi.core.journal import record
from weixi.core.runs import RunContext, claimed_run, finish, newest_run
from weixi.core.staging import Side, Whole, staging
from weixi.core.statistics import renew_statistics
from weixi.evaluate import actions as evaluate
from weixi.measure import actions as measure
from weixi.predict import actions as predict
from weixi.predict import needs
from weixi.predict.explaining import see

if TYPE_CHECKING:
    from weixi.core.models import Run

Step = Callable[[RunContext], int]
Progress = Callable[[str], None]
Told = Callable[[], dict[str, Any]]


def _no_table(_run: RunContext) -> Sequence[Whole]:
    return ()


def _nothing(_run: RunContext) -> int:
    return 0


class Stage(NamedTuple):
    """`wholes`: tables that `publish` replaces; they are staged while later stages compute.

    `is_aside`: a thread computes it while the stages after it are computed and published, so its
    `compute` touches the lake alone. Where it depends on what people set, `ready` reads that
    before, and returns the step instead. `after`: the one aside that a stage reads, and waits for;
    those before it are done by then too. `during`: an aside that begins when that stage is
    published, which leaves a core free.
    """

    name: str
    compute: Step = _nothing
    publish: Step = _nothing
    wholes: Callable[[RunContext], Sequence[Whole]] = _no_table
    is_aside: bool = False
    ready: Callable[[RunContext], Step] | None = None
    after: str = ""
    during: str = ""


STAGES = (
    Stage("facts", measure.read_facts),
    Stage("rest", measure.read_on, is_aside=True),
    Stage("features", see, is_aside=True),
    Stage("foresee", is_aside=True, ready=predict.foreseeing),
    Stage("measure", measure.compute, measure.publish, measure.wholes),
    Stage("predict", predict.compute, predict.publish, predict.wholes, after="foresee"),
    Stage("classify", classify.compute, classify.publish),
    Stage("warn", publish=warn.publish, wholes=warn.wholes, is_aside=True, ready=warn.ready),
    Stage("plan", plan.compute, plan.publish),
    Stage("needs", needs.compute, is_aside=True, during="plan"),
    Stage("evaluate", evaluate.compute, evaluate.publish, is_aside=True, during="plan"),
)


def run(
    *,
    as_of: date,
    engine: str,
    by: Actor,
    at: datetime,
    progress: Progress = lambda name: None,
    without: Container[str] = (),
) -> dict[str, Any]:
    """Refresh everything as of a day. A day before the newest one goes to the lake alone.

    `without`: stages whose publishing is left out: a day long past needs no list of its tasks.
    """
    began = perf_counter()
    with (
        uncollected(),
        claimed_run(as_of=as_of, engine=engine, at=at) as claimed,
        staging() as side,
        ThreadPoolExecutor(1) as beside,
    ):
        context = RunContext(claimed.pk, as_of, engine)
        work = Work(context, progress, side if _is_newest(context) else None, beside)
        for stage in STAGES:
            if stage.after:
                work.told[stage.after]()
            if not stage.during:
                work.begin(stage)
        stages = [stage for stage in STAGES if stage.name not in without]
        told = _publish(claimed, work, stages, by=by, at=at)
    return {
        "as_of": as_of.isoformat(),
        "engine": engine,
        "customers": claimed.customers,
        "stages": told,
        "seconds": round(perf_counter() - began, 3),
    }


@dataclass
class Work:
    """A run under way. `told`: what a stage that has begun tells, when asked for it."""

    context: RunContext
    progress: Progress
    side: Side | None
    beside: Executor
    told: dict[str, Told] = field(default_factory=dict)

    def begin(self, stage: Stage) -> None:
        """Computed, or left to the thread beside."""
        self.progress(stage.name)
        step = stage.ready(self.context) if stage.ready else stage.compute
        if stage.is_aside:
            self.told[stage.name] = self.beside.submit(self._timed, stage, step).result
            return
        told = self._timed(stage, step)
        self.told[stage.name] = lambda: told

    def finish(self, stages: Sequence[Stage]) -> list[dict[str, Any]]:
        """What each of them tells; returns when all are done."""
        for stage in stages:
            if stage.name not in self.told:
                self.begin(stage)
        return [self.told[stage.name]() for stage in stages]

    def _timed(self, stage: Stage, step: Step) -> dict[str, Any]:
        began = perf_counter()
        rows = step(self.context)
        if self.side is not None:
            self.side.prepare(stage.wholes(self.context))
        return {"name": stage.name, "rows": rows, "seconds": round(perf_counter() - began, 3)}


def _publish(
    claimed: "Run", work: Work, stages: Sequence[Stage], *, by: Actor, at: datetime
) -> list[dict[str, Any]]:
    """Returns what each stage told, and the publishing."""
    if not fits_beside(work.told["facts"]()["rows"]):
        # Its publishing takes long enough: nobody else can write meanwhile.
        work.finish([stage for stage in STAGES if not stage.during])
    began = perf_counter()
    work.progress("publish")
    with transaction.atomic():
        rows = _published(work, stages) if _is_newest(work.context) else 0
        told = work.finish(STAGES)
        seconds = round(perf_counter() - began, 3)
        told.append({"name": "publish", "rows": rows, "seconds": seconds})
        finish(claimed, at=at, customers=told[0]["rows"], stages=told)
        record("refresh.done", by=by, at=at, as_of=work.context.as_of.isoformat())
    renew_statistics()
    return told


def _published(work: Work, stages: Sequence[Stage]) -> int:
    rows = 0
    for stage in stages:
        for late in STAGES:
            if late.during == stage.name and late.name not in work.told:
                work.begin(late)
        work.finish([stage])
        rows += stage.publish(work.context)
    forget_computed()  # of customers merged meanwhile
    return rows


def _is_newest(context: RunContext) -> bool:
    newest = newest_run()
    return newest is None or newest.as_of <= context.as_of
