"""The lifecycle stage of one customer: since when, by which word, and what came before."""

from dataclasses import dataclass
from datetime import date

from .models import Membership, Scheme, Transition
from .overriding import Word, words_on
from .rules import Cell, cell_in


@dataclass(frozen=True)
class Stay:
    """A stage with its days; `since` None: from before the first refresh; `until` None: now."""

    cell: Cell | None  # None: in no stage
    since: date | None
    until: date | None


@dataclass(frozen=True)
class StageOf:
    """`cell` None: never bought, so in no stage. `word`: the person's word that holds today."""

    cell: Cell | None
    since: date | None
    word: Word | None
    said_before: tuple[Word, ...]
    stays: tuple[Stay, ...]
    choices: tuple[Cell, ...]


def stage_of(customer_id: int, *, today: date) -> StageOf | None:
    """None: there is no lifecycle. The stays, the newest first."""
    scheme = Scheme.objects.filter(kind="lifecycle", is_on=True).first()
    if scheme is None:
        return None
    member = Membership.objects.filter(customer_id=customer_id, scheme=scheme).first()
    words = words_on(customer_id)
    holding = next((word for word in words if word.holds_on(today)), None)
    return StageOf(
        cell=cell_in(scheme.definition, member.cell) if member else None,
        since=member.since if member else None,
        word=holding,
        said_before=tuple(word for word in words if word is not holding),
        stays=tuple(_stays(scheme, customer_id, member)),
        choices=tuple(
            found
            for stored in scheme.definition["cells"]
            if (found := cell_in(scheme.definition, stored["code"])) is not None
        ),
    )


def _stays(scheme: Scheme, customer_id: int, member: Membership | None) -> list[Stay]:
    """From the moves: each tells where the customer was, and since when."""
    stays = []
    if member:
        stays.append(Stay(cell_in(scheme.definition, member.cell), member.since, None))
    moves = Transition.objects.filter(customer_id=customer_id, scheme=scheme).order_by("-on")
    stays += [
        Stay(cell_in(scheme.definition, move.from_cell), move.from_since, move.on)
        for move in moves
        if move.from_cell
    ]
    return stays
