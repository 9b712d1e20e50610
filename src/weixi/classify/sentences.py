"""A tree of conditions as a Chinese or an English sentence. Pure."""

from collections.abc import Mapping
from typing import Any

from .conditions import COMPARISONS, CONSENT_STATES, EVENTS, Known, check


def sentence(node: Mapping[str, Any], known: Known, language: str) -> str:
    """For people: "zh…" Chinese, else English."""
    check(node, known)
    return _words(node, known, language.startswith("zh"), inside=False)


def _words(node: Mapping[str, Any], known: Known, chinese: bool, *, inside: bool) -> str:
    for word, zh, en in (("all", "，且", " and "), ("any", "，或", " or ")):
        if word in node:
            parts = [_words(part, known, chinese, inside=True) for part in node[word]]
            joined = (zh if chinese else en).join(parts)
            if not inside or len(parts) == 1:
                return joined
            return f"（{joined}）" if chinese else f"({joined})"
    if "not" in node:
        told = _words(node["not"], known, chinese, inside=True)
        return f"并非{told}" if chinese else f"not {told}"
    if "measure" in node:
        return _measure_words(node, known, chinese)
    if "cell" in node:
        return _cell_words(node, known, chinese)
    if "field" in node:
        return _field_words(node, known, chinese)
    if "consent" in node:
        return _consent_words(node, known, chinese)
    return _event_words(node, chinese)


def _listed(names: list[str], chinese: bool) -> str:
    return "、".join(names) if chinese else " or ".join(names)


def _cell_words(leaf: Mapping[str, Any], known: Known, chinese: bool) -> str:
    names = [known.cells[leaf["cell"]][cell][0 if chinese else 1] for cell in leaf["in"]]
    scheme = known.schemes.get(leaf["cell"])
    if scheme is None:
        return f"属于{'、'.join(names)}" if chinese else f"in {', '.join(names)}"
    if chinese:
        return f"{scheme[0]}属于{_listed(names, chinese)}"
    return f"{scheme[1]} is {_listed(names, chinese)}"


def _measure_words(leaf: Mapping[str, Any], known: Known, chinese: bool) -> str:
    name = known.measures[leaf["measure"]][0 if chinese else 1]
    if leaf["is"] in ("known", "unknown"):
        return _known_words(name, leaf["is"], chinese)
    unit = known.measures[leaf["measure"]][2]
    words = known.words.get(leaf["measure"], {}).get(str(leaf["value"]))
    value = words[0 if chinese else 1] if words else _value(leaf["value"], unit)
    return f"{name} {COMPARISONS[leaf['is']]} {value}"


def _known_words(name: str, how: str, chinese: bool) -> str:
    zh = {"known": "已知", "unknown": "未知"}[how]
    return f"{name}{zh}" if chinese else f"{name} is {how}"


def _value(value: Any, unit: str) -> str:
    if not isinstance(value, int | float):
        return str(value)
    sign, size = "−" if value < 0 else "", abs(value)
    if unit == "money":
        return f"{sign}¥{size / 100:,.0f}"
    if unit == "share":
        return sign + f"{size:.1%}".replace(".0%", "%")
    return f"{sign}{size:g}"


def _field_words(leaf: Mapping[str, Any], known: Known, chinese: bool) -> str:
    found = known.fields[leaf["field"]]
    name = found.name_zh if chinese else found.name_en
    if "in" in leaf:
        names = [found.choices[one][0 if chinese else 1] for one in leaf["in"]]
        return (
            f"{name}为{_listed(names, True)}" if chinese else f"{name} is {_listed(names, False)}"
        )
    if leaf["is"] in ("known", "unknown"):
        return _known_words(name, leaf["is"], chinese)
    value = leaf["value"]
    if found.kind == "yes_no":
        said = ("是" if value else "否") if chinese else ("yes" if value else "no")
        return f"{name}：{said}" if chinese else f"{name}: {said}"
    if leaf["is"] == "contains":
        return f"{name}含“{value}”" if chinese else f"{name} contains “{value}”"
    if found.kind == "date":
        after = leaf["is"] == ">="
        if chinese:
            return f"{name}在 {value} {'及以后' if after else '及以前'}"
        return f"{name} on or {'after' if after else 'before'} {value}"
    return f"{name} {COMPARISONS[leaf['is']]} {_value(value, '')}"


def _consent_words(leaf: Mapping[str, Any], known: Known, chinese: bool) -> str:
    place = 0 if chinese else 1
    purpose, state = known.consents[leaf["consent"]][place], CONSENT_STATES[leaf["is"]][place]
    channel = known.channels[leaf["channel"]][place] if leaf.get("channel") else ""
    if chinese:
        return f"{channel}{purpose}同意：{state}" if channel else f"{purpose}同意：{state}"
    return f"consent to {purpose.lower()}{f' by {channel.lower()}' if channel else ''} {state}"


def _event_words(leaf: Mapping[str, Any], chinese: bool) -> str:
    zh, en = EVENTS[leaf["event"]][2:]
    count = leaf.get("at_least", leaf.get("at_most"))
    if "since" in leaf:
        other_zh, other_en = EVENTS[leaf["since"]][2:]
        when = f"最近一次{other_zh}之后" if chinese else f"since the last of the {other_en}"
    else:
        when = f"近 {leaf['within_days']} 天" if chinese else f"in {leaf['within_days']} days"
    if chinese:
        if "at_most" in leaf and count == 0:
            return f"{when}没有{zh}"
        return f"{when}{zh}{'至少' if 'at_least' in leaf else '至多'} {count} 次"
    if "at_most" in leaf and count == 0:
        return f"no {en} {when}"
    return f"{en} {when}: {'at least' if 'at_least' in leaf else 'at most'} {count}"
