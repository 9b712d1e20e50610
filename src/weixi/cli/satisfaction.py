"""`weixi satisfaction`: c = b / a, five dimensions, NPS, CSAT and CES of a file. No database."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from weixi.analytics.satisfaction import (
    mean_interval,
    net_promoter_interval,
    net_promoters,
    promoter_mark,
    ratio_interval,
    share_interval,
)
from weixi.cli.output import show_json, show_table
from weixi.core.errors import RuleBroken

DIMENSIONS = ("reliability", "tangibles", "responsiveness", "assurance", "empathy")
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
SATISFIED_FROM = 4  # of five
Interval = tuple[float, float] | None


@dataclass
class Told:
    """Pairs by dimension; scores by question."""

    pairs: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    scores: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in SCALES})


def satisfaction(
    file: Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Rows of dimension, expected, perceived; NPS, CSAT and CES where columns nps, csat, ces (or
    question and score, or a dimension of that name) tell them. With intervals of 95 % and n."""
    told = _read(file)
    figures = {
        "overall": _overall([pair for pairs in told.pairs.values() for pair in pairs]),
        "dimensions": [_dimension(name, told.pairs[name]) for name in _ordered(told.pairs)],
        "nps": _nps(told.scores["nps"]),
        "csat": _csat(told.scores["csat"]),
        "ces": _ces(told.scores["ces"]),
    }
    if as_json:
        show_json(figures)
    else:
        _show(figures)


def _read(file: Path) -> Told:
    told = Told()
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            _judge(file, set(rows.fieldnames or ()))
            for row in rows:
                _take(told, row, rows.line_num)
    except (UnicodeDecodeError, csv.Error) as problem:
        raise RuleBroken(f"{file} is not a CSV file in UTF-8: {problem}") from None
    if not told.pairs and not any(told.scores.values()):
        raise RuleBroken(f"{file} holds no answer.")
    return told


def _judge(file: Path, names: set[str]) -> None:
    has_pairs = {"dimension", "expected", "perceived"} <= names
    if not (has_pairs or names & set(SCALES) or {"question", "score"} <= names):
        raise RuleBroken(
            f"{file} needs the columns dimension, expected, perceived; it has "
            f"{', '.join(sorted(names)) or 'none'}."
        )


def _take(told: Told, row: Mapping[str, Any], line: int) -> None:
    dimension = _text(row, "dimension")
    for question, column in _asked(row, dimension):
        low, high = SCALES[question]
        if (score := _number(row, column, line, low, high)) is not None:
            told.scores[question].append(score)
    if dimension in SCALES:
        return
    pair = [_number(row, name, line, 0, 100) for name in ("expected", "perceived")]
    expected, perceived = pair
    if expected is None and perceived is None:
        return
    if expected is None or perceived is None or expected == 0:
        raise RuleBroken(f"Line {line}: a pair needs expected above 0, and perceived.")
    told.pairs.setdefault(dimension or "overall", []).append((expected, perceived))


def _asked(row: Mapping[str, Any], dimension: str) -> Iterator[tuple[str, str]]:
    """Question and the column of its score."""
    yield from ((name, name) for name in SCALES if _text(row, name))
    asked = _text(row, "question")
    if asked in SCALES and _text(row, "score"):
        yield asked, "score"
    elif dimension in SCALES:
        yield dimension, "score" if _text(row, "score") else "perceived"


def _text(row: Mapping[str, Any], name: str) -> str:
    return (row.get(name) or "").strip()


def _number(row: Mapping[str, Any], name: str, line: int, low: int, high: int) -> float | None:
    text = _text(row, name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and low <= value <= high):
        raise RuleBroken(
            f"Line {line}, column {name}: a number from {low} to {high}, not “{text[:40]}”."
        )
    return value


def _ordered(names: Mapping[str, Any]) -> list[str]:
    """The five dimensions in their order, then others by name."""
    return sorted(names, key=lambda name: (name not in DIMENSIONS, _place(name), name))


def _place(name: str) -> int:
    return DIMENSIONS.index(name) if name in DIMENSIONS else 0


def _overall(pairs: list[tuple[float, float]]) -> dict[str, Any] | None:
    if not pairs:
        return None
    n, (a, b) = len(pairs), map(sum, zip(*pairs, strict=True))
    low, high = _limits(_c_interval(pairs))
    return {
        "c": b / a, "gap": (b - a) / n, "expected": a / n, "perceived": b / n, "ci_low": low,
        "ci_high": high, "n": n,
    }  # fmt: skip


def _dimension(name: str, pairs: list[tuple[float, float]]) -> dict[str, Any]:
    """The interval is that of c."""
    figures = _overall(pairs) or {}
    return {"dimension": name, **figures}


def _c_interval(pairs: list[tuple[float, float]]) -> Interval:
    return ratio_interval([a for a, _b in pairs], [b for _a, b in pairs])


def _nps(scores: list[float]) -> dict[str, Any] | None:
    if not scores:
        return None
    marks = [promoter_mark(score) for score in scores]
    low, high = _limits(net_promoter_interval(*(marks.count(mark) for mark in (1, 0, -1))))
    return {"score": net_promoters(scores), "ci_low": low, "ci_high": high, "n": len(scores)}


def _csat(scores: list[float]) -> dict[str, Any] | None:
    if not scores:
        return None
    share = sum(score >= SATISFIED_FROM for score in scores) / len(scores)
    low, high = share_interval(share, len(scores))
    return {"share": share, "ci_low": low, "ci_high": high, "n": len(scores)}


def _ces(scores: list[float]) -> dict[str, Any] | None:
    if not scores:
        return None
    low, high = _limits(mean_interval(scores))
    mean = sum(scores) / len(scores)
    return {"mean": mean, "ci_low": low, "ci_high": high, "n": len(scores)}


def _limits(interval: Interval) -> tuple[float | None, float | None]:
    return interval or (None, None)


def _show(figures: Mapping[str, Any]) -> None:
    whole = figures["overall"]
    lines = [*figures["dimensions"], *([{"dimension": "all", **whole}] if whole else [])]
    if lines:
        names = ("c", "gap", "expected", "perceived", "ci_low", "ci_high")
        head = ("dimension", "c", "gap", "expected", "perceived", "95 % from", "to", "n")
        show_table(
            head, [[one["dimension"], *(_figure(one[n]) for n in names), one["n"]] for one in lines]
        )
    asked = [
        [name.upper(), *map(_figure, list(found.values())[:3]), found["n"]]
        for name in SCALES
        if (found := figures[name])
    ]
    if asked:
        show_table(("question", "figure", "95 % from", "to", "n"), asked)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
