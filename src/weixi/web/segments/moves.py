"""The matrix of moves between two days, with margins: what went in equals what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from weixi.classify.history import OUTSIDE
from weixi.classify.queries import UNRATED

from .shape import Line


@dataclass(frozen=True)
class Move:
    """`way`: better, worse, same or empty (cannot be ranked)."""

    customers: int
    url: str
    way: str


@dataclass(frozen=True)
class MoveRow:
    name: str
    moves: tuple[Move, ...]
    total: Move


@dataclass(frozen=True)
class MoveTable:
    columns: tuple[str, ...]
    rows: tuple[MoveRow, ...]
    totals: tuple[Move, ...]
    whole: int
    same: int
    better: int
    worse: int


@dataclass(frozen=True)
class _Counted:
    """Moves between cells, ready to be asked for one field of the matrix."""

    counted: Mapping[tuple[str, str], int]
    asked: str  # the address of the lists, with the earlier day
    rank: Mapping[str, float]

    def move(self, then: str | None, now: str | None) -> Move:
        """None: any cell, for the margins."""
        n = sum(
            count
            for (came, went), count in self.counted.items()
            if then in (None, came) and now in (None, went)
        )
        cells = {"came": then, "went": now}
        told = urlencode({key: code for key, code in cells.items() if code is not None})
        return Move(n, f"{self.asked}&{told}" if told else self.asked, _way(then, now, self.rank))


def move_table(
    lines: Sequence[Line],
    counted: Mapping[tuple[str, str], int],
    *,
    earlier: date,
    people_url: str,
    ranks: Mapping[str, float],
    later: date | None = None,
) -> MoveTable:
    """`later`: said in the addresses where it is not the newest day."""
    codes = _codes(lines, counted)
    came, went = (
        {a for (a, _b), n in counted.items() if n},
        {b for (_a, b), n in counted.items() if n},
    )
    downwards = [code for code in codes if code != OUTSIDE or code in came]
    across = [code for code in codes if code != OUTSIDE or code in went]
    rank = {**ranks, OUTSIDE: float("-inf")} if ranks else {}
    days = {"earlier": earlier} | ({"later": later} if later else {})
    matrix = _Counted(counted, f"{people_url}?{urlencode(days)}", rank)
    rows = tuple(
        MoveRow(
            _came_name(codes[code], code),
            tuple(matrix.move(code, other) for other in across),
            matrix.move(code, None),
        )
        for code in downwards
    )
    return MoveTable(
        columns=tuple(_went_name(codes[code], code) for code in across),
        rows=rows,
        totals=tuple(matrix.move(None, code) for code in across),
        whole=sum(counted.values()),
        **{way: _sum(rows, way) for way in ("same", "better", "worse")},
    )


def _sum(rows: Sequence[MoveRow], way: str) -> int:
    return sum(move.customers for row in rows for move in row.moves if move.way == way)


def finding(lines: Sequence[Line], counted: Mapping[tuple[str, str], int]) -> str:
    """The two largest moves between cells, in words."""
    names = {line.cell.code: line.long_name for line in lines if line.is_rated}
    between = [
        (n, a, b) for (a, b), n in counted.items() if a != b and a in names and b in names and n
    ]
    top = sorted(between, key=lambda move: (-move[0], move[1], move[2]))[:2]
    if not top:
        return _("nobody changed cells")
    return _(", ").join(
        _("{n} from {a} to {b}").format(n=f"{n:,}", a=names[a], b=names[b]) for n, a, b in top
    )


def _codes(lines: Sequence[Line], counted: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """Code → name, in the order of the cells; then unrated, then outside, where there are any."""
    seen = {code for pair in counted for code in pair}
    codes = {line.cell.code: line.long_name for line in lines if line.is_rated}
    for code in sorted(seen - set(codes) - {UNRATED.code, OUTSIDE}):
        codes[code] = code  # a cell of an earlier version of the scheme
    if UNRATED.code in seen:
        codes[UNRATED.code] = _("Not rated")
    if OUTSIDE in seen:
        codes[OUTSIDE] = ""
    return codes


def _came_name(name: str, code: str) -> str:
    return name if code != OUTSIDE else _("New in the scheme")


def _went_name(name: str, code: str) -> str:
    return name if code != OUTSIDE else _("Left the scheme")


def _way(came: str | None, went: str | None, rank: Mapping[str, float]) -> str:
    if came is None or went is None:
        return ""
    if came == went:
        return "same"
    if came not in rank or went not in rank or came == OUTSIDE:
        return ""
    if rank[went] == rank[came]:
        return ""
    return "better" if rank[went] > rank[came] else "worse"
