"""Survey answers: expectation and perception in five dimensions, recommendation, free words."""

import numpy as np
import pyarrow as pa

from weixi.simulate import words
from weixi.simulate.arrays import Bools, Floats, Ints
from weixi.simulate.columns import moments, numbered, texts
from weixi.simulate.journey import Journey
from weixi.simulate.loyalty import ITEMS, loyalty_answers
from weixi.simulate.parameters import COMPETITION, EVENTS, LOYALTY, REASONS
from weixi.simulate.population import Crowd
from weixi.simulate.season import Window

DIMENSIONS = ("reliability", "tangibles", "responsiveness", "assurance", "empathy")
EXPECTED = (5.9, 5.0, 5.6, 5.7, 5.2)  # of seven
QUESTIONS = ("quality", "nps", "comment", "why_us", "why_left", *ITEMS, "csat", "ces")
QUALITY, NPS, COMMENT, WHY_US, WHY_LEFT = range(5)
CSAT, CES = QUESTIONS.index("csat"), QUESTIONS.index("ces")
LOYALTY_SURVEY = words.SURVEYS.index("忠诚小调查")
# event × dimension: what each event does to the perception, in steps of the scale
HURTS = {
    "late": (-1.6, 0.0, -1.2, -0.3, -0.3),
    "defect": (-1.6, -0.8, -0.2, -1.2, 0.0),
    "wrong_item": (-1.8, 0.0, -0.4, -0.6, -0.2),
    "rude": (-0.2, -0.2, -0.8, -0.8, -2.2),
    "excellent": (0.2, 0.2, 0.6, 0.3, 0.8),
}
MENTION = tuple(f"{rival}最近价格更低" for rival in words.RIVALS)
TEXTS = [*words.GOOD, *words.FAIR, *words.BAD, *MENTION, *words.WHY_US.values()]
TEXTS += [words.EXIT[name] for name in REASONS[1:]]
NO_TEXT = -1


def answer_table(
    rng: np.random.Generator, of_loyalty: np.random.Generator, of_effort: np.random.Generator,
    crowd: Crowd, journey: Journey, offset: int, window: Window,
) -> pa.Table:  # fmt: skip
    """The canonical answer file of a chunk: one row per question answered."""
    parts = [
        _service(rng, of_effort, crowd, journey),
        _why_us(rng, crowd, journey),
        _exits(rng, crowd, journey),
        _loyalty(of_loyalty, crowd, journey, window),
    ]
    names = list(parts[0])
    rows = {name: np.concatenate([part[name] for part in parts]) for name in names}
    keep = np.flatnonzero(rows["at"] < window.length)
    keep = keep[np.lexsort((rows["question"][keep], rows["customer"][keep], rows["at"][keep]))]
    rows = {name: column[keep] for name, column in rows.items()}
    return _table(crowd, rows, offset, window)


def _rows(who: Ints, at: Floats, survey: int, question: int, **more: Ints) -> dict[str, np.ndarray]:
    none = np.full(len(who), NO_TEXT)
    base = dict.fromkeys(("dimension", "expected", "perceived", "score", "text"), none)
    constant = {"survey": none * 0 + survey, "question": none * 0 + question}
    return {"customer": who, "at": at} | constant | base | more


def _merge(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _service(
    rng: np.random.Generator, of_effort: np.random.Generator, crowd: Crowd, journey: Journey
) -> dict[str, np.ndarray]:
    """A short survey some days after an order."""
    orders = journey.orders
    chance = np.where(crowd.business[orders.customer], 0.06, 0.022)
    asked = rng.random(len(orders.at)) < chance
    who, level, event = orders.customer[asked], orders.satisfaction[asked], orders.event[asked]
    at = orders.at[asked] + rng.uniform(2.0, 6.0, len(who))
    parts = []
    for i in range(len(DIMENSIONS)):
        expected, perceived = _pair(rng, i, level, event)
        more = {"dimension": np.full(len(who), i), "expected": expected, "perceived": perceived}
        parts.append(_rows(who, at, 0, QUALITY, **more))
    nps = np.rint(np.clip(7.7 + 7.5 * (level - 1.0) + rng.normal(0, 1.5, len(who)), 0, 10))
    parts.append(_rows(who, at, 0, NPS, score=nps.astype(np.int64)))
    parts += _short_scales(of_effort, who, level, at)
    said = rng.random(len(who)) < 0.4
    text = _comments(rng, level, _tempted(crowd, journey, who, at))
    parts.append(_rows(who[said], at[said], 0, COMMENT, text=text[said]))
    return _merge(parts)


def _short_scales(
    rng: np.random.Generator, who: Ints, level: Floats, at: Floats
) -> list[dict[str, np.ndarray]]:
    """Every third is asked how satisfied, another third how easy it was (7: very easy)."""
    asked = rng.integers(0, 3, len(who))
    csat = np.clip(np.rint(4.0 + 3.5 * (level - 1.0) + rng.normal(0, 0.7, len(who))), 1, 5)
    ces = np.clip(np.rint(5.3 + 4.0 * (level - 1.0) + rng.normal(0, 1.0, len(who))), 1, 7)
    return [
        _rows(who[asked == n], at[asked == n], 0, question, score=score[asked == n].astype(int))
        for n, (question, score) in enumerate(((CSAT, csat), (CES, ces)))
    ]


def _pair(
    rng: np.random.Generator, dimension: int, level: Floats, event: Ints
) -> tuple[Ints, Ints]:
    """Expected and perceived from 1 to 7; perceived over expected follows the satisfaction."""
    n = len(level)
    hurt = np.array([HURTS.get(name, (0.0,) * 5)[dimension] for name in EVENTS])[event]
    expected = np.clip(np.rint(rng.normal(EXPECTED[dimension], 0.7, n)), 1, 7)
    felt = expected * level + 0.5 * hurt + rng.normal(0, 0.5, n)
    return expected.astype(np.int64), np.clip(np.rint(felt), 1, 7).astype(np.int64)


def _tempted(crowd: Crowd, journey: Journey, who: Ints, at: Floats) -> Bools:
    """Will leave to a competitor within half a year: speaks of it."""
    state = journey.state
    soon = (state.left[who] - at > -30) & (state.left[who] - at < 180)
    return (state.cause[who] == COMPETITION) & soon


def _comments(rng: np.random.Generator, level: Floats, tempted: Bools) -> Ints:
    n = len(level)
    good = rng.integers(0, len(words.GOOD), n)
    fair = len(words.GOOD) + rng.integers(0, len(words.FAIR), n)
    bad = len(words.GOOD) + len(words.FAIR) + rng.integers(0, len(words.BAD), n)
    mood = level + rng.normal(0, 0.08, n)
    said = np.where(mood > 1.08, good, np.where(mood > 0.88, fair, bad))
    return np.where(tempted, TEXTS.index(MENTION[0]) + rng.integers(0, len(MENTION), n), said)


def _why_us(rng: np.random.Generator, crowd: Crowd, journey: Journey) -> dict[str, np.ndarray]:
    """Why do you buy from us? The answer shows the kind of loyalty, four times in five."""
    orders = journey.orders
    asked = rng.random(len(orders.at)) < 0.006
    who = orders.customer[asked]
    honest = rng.random(len(who)) < 0.8
    kind = np.where(honest, crowd.loyalty[who], rng.integers(0, len(LOYALTY), len(who)))
    at = orders.at[asked] + rng.uniform(2.0, 6.0, len(who))
    return _rows(who, at, 1, WHY_US, text=TEXTS.index(words.WHY_US[LOYALTY[0]]) + kind)


def _exits(rng: np.random.Generator, crowd: Crowd, journey: Journey) -> dict[str, np.ndarray]:
    """A few of those who left say why."""
    state = journey.state
    who = np.flatnonzero((state.cause > 0) & (rng.random(crowd.size) < 0.035))
    at = state.left[who] + rng.uniform(20.0, 90.0, len(who))
    return _rows(
        who, at, 2, WHY_LEFT, text=TEXTS.index(words.EXIT[REASONS[1]]) + state.why[who] - 1
    )


def _loyalty(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window
) -> dict[str, np.ndarray]:
    """The seven loyalty questions, asked of a few every year."""
    who, at, scores = loyalty_answers(rng, crowd, journey, window)
    parts = [
        _rows(who, at, LOYALTY_SURVEY, QUESTIONS.index(name), score=score)
        for name, score in scores.items()
    ]
    return _merge(parts)


def _table(crowd: Crowd, rows: dict[str, np.ndarray], offset: int, window: Window) -> pa.Table:
    def number(name: str) -> pa.Array:
        return pa.array(rows[name], mask=rows[name] < 0)

    return pa.table(
        {
            "answer_id": numbered("A", offset + 1 + np.arange(len(rows["at"])), 8),
            "survey": texts(words.SURVEYS, rows["survey"]),
            "customer_id": numbered("C", crowd.number[rows["customer"]], 7),
            "at": moments(window.seconds(rows["at"])),
            "question": texts(QUESTIONS, rows["question"]),
            "dimension": texts(DIMENSIONS, rows["dimension"], rows["dimension"] < 0),
            "expected": number("expected"),
            "perceived": number("perceived"),
            "score": number("score"),
            "text": texts(TEXTS, rows["text"], rows["text"] < 0),
        }
    )
