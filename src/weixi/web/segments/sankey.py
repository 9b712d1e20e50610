"""The flow between stages as a drawing: columns are days, bands are moves. Pure geometry.

Drawn on the server: every band is a link, it prints, and no script is loaded for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from weixi.classify.flow import Flow, Period
from weixi.classify.history import OUTSIDE

WIDTH, NODE, GAP, TOP = 1000, 12, 14, 26
HEIGHT = 320  # of all nodes of the fullest column
SIDE = 128  # room for names on both sides
MOST_LINKS = 40
NEW, LEFT = "new", "left"


@dataclass(frozen=True)
class NodeBox:
    code: str
    name: str
    customers: int
    x: float
    y: float
    height: float
    text_x: float
    anchor: str


@dataclass(frozen=True)
class Band:
    """`way`: better, worse, same or empty. `label` says both ends and the number."""

    path: str
    url: str
    label: str
    way: str
    customers: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    days: tuple[tuple[date, float, str], ...]
    nodes: tuple[NodeBox, ...]
    bands: tuple[Band, ...]
    untold: int  # customers in moves that are too small to be drawn


Key = tuple[int, str]


def drawing(
    found: Flow,
    names: Mapping[str, str],
    url: Callable[[Period, str, str], str],
    way: Callable[[str, str], str],
) -> Drawing:
    """Who is new or left stands at the foot of a column: inside a column nothing is lost."""
    links = [
        (place, _source(came), _target(went), n, came, went)
        for place, period in enumerate(found.periods)
        for (came, went), n in period.moves.items()
        if n
    ]
    links.sort(key=lambda link: (-link[3], link[0], link[1], link[2]))
    drawn, left_out = links[:MOST_LINKS], links[MOST_LINKS:]
    order = [*(cell.code for cell in found.cells), NEW, LEFT]
    sizes = _sizes(drawn)
    boxes = _boxes(sizes, order, names, len(found.days))
    bands = _bands(found, drawn, boxes, sizes, order, names, url, way)
    height = max((box.y + box.height for box in boxes.values()), default=0) + 12
    days = tuple((day, _column_x(n, len(found.days)), _anchor(n, len(found.days)))
                 for n, day in enumerate(found.days))  # fmt: skip
    return Drawing(WIDTH, round(height), days, tuple(boxes.values()), bands,
                   sum(link[3] for link in left_out))  # fmt: skip


def _source(code: str) -> str:
    return NEW if code == OUTSIDE else code


def _target(code: str) -> str:
    return LEFT if code == OUTSIDE else code


def _sizes(links: Sequence[tuple[int, str, str, int, str, str]]) -> dict[Key, int]:
    """Column and stage → customers: the larger of what comes in and goes out, so that links left
    out of the drawing do not make a node thinner than its bands."""
    came: dict[Key, int] = {}
    went: dict[Key, int] = {}
    for place, source, target, n, *_ends in links:
        went[place, source] = went.get((place, source), 0) + n
        came[place + 1, target] = came.get((place + 1, target), 0) + n
    return {key: max(came.get(key, 0), went.get(key, 0)) for key in came.keys() | went.keys()}


def _boxes(
    sizes: Mapping[Key, int], order: Sequence[str], names: Mapping[str, str], columns: int
) -> dict[Key, NodeBox]:
    whole = [0] * columns
    for (column, _stage), n in sizes.items():
        whole[column] += n
    fullest = max(whole, default=0) or 1
    boxes: dict[Key, NodeBox] = {}
    for column in range(columns):
        y = float(TOP)
        for code in order:
            if (column, code) not in sizes:
                continue
            n = sizes[column, code]
            height = max(n / fullest * HEIGHT, 1.0)
            x = _column_x(column, columns)
            is_last = column == columns - 1
            boxes[column, code] = NodeBox(
                code, names.get(code, code), n, x, round(y, 1), round(height, 1),
                x + NODE + 6 if is_last or column else x - 6,
                "start" if is_last or column else "end",
            )  # fmt: skip
            y += height + GAP
    return boxes


def _column_x(column: int, columns: int) -> float:
    room = WIDTH - 2 * SIDE - NODE
    return round(SIDE + room * column / max(columns - 1, 1), 1)


def _anchor(column: int, columns: int) -> str:
    return "start" if column == 0 else "end" if column == columns - 1 else "middle"


def _bands(
    found: Flow, links: Sequence[tuple[int, str, str, int, str, str]], boxes: Mapping[Key, NodeBox],
    sizes: Mapping[Key, int], order: Sequence[str], names: Mapping[str, str],
    url: Callable[[Period, str, str], str], way: Callable[[str, str], str],
) -> tuple[Band, ...]:  # fmt: skip
    """Bands leave and enter a node in the order of the stages, so that they cross little."""
    rank = {code: place for place, code in enumerate(order)}
    out: dict[Key, float] = {}
    into: dict[Key, float] = {}
    bands = []
    for place, source, target, n, came, went in sorted(
        links, key=lambda link: (link[0], rank[link[1]], rank[link[2]])
    ):
        start, end = boxes[place, source], boxes[place + 1, target]
        thick_out = n / sizes[place, source] * start.height
        thick_in = n / sizes[place + 1, target] * end.height
        y1 = start.y + out.get((place, source), 0.0)
        y2 = end.y + into.get((place + 1, target), 0.0)
        out[place, source] = out.get((place, source), 0.0) + thick_out
        into[place + 1, target] = into.get((place + 1, target), 0.0) + thick_in
        label = f"{names.get(source, source)} → {names.get(target, target)}: {n:,}"
        path = _path(start.x + NODE, y1, thick_out, end.x, y2, thick_in)
        bands.append(Band(path, url(found.periods[place], came, went), label, way(came, went), n))
    return tuple(bands)


def _path(x1: float, y1: float, h1: float, x2: float, y2: float, h2: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + h2:.1f}C{middle:.1f} {y2 + h2:.1f} {middle:.1f} {y1 + h1:.1f}"
        f" {x1:.1f} {y1 + h1:.1f}Z"
    )
