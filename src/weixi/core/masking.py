"""How personal data looks until it is revealed (P-01). Pure: text in, text out."""

from collections.abc import Callable


def phone(text: str) -> str:
    """First three and last four: 186****1402; short numbers keep the last two."""
    digits = text.removeprefix("+86")
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 2) + digits[-2:] if len(digits) > 4 else "****"


def email(text: str) -> str:
    """First three characters of the name and the host: zha***@example.com."""
    name, at, host = text.partition("@")
    shown = name[:3] if len(name) > 3 else name[:1]
    return f"{shown}***{at}{host}"


def person_name(text: str) -> str:
    """仲* for two characters, 仲*妮 for three and more; Latin words keep their first letter."""
    text = text.strip()
    if len(text) <= 1:
        return "*"
    if text.isascii():
        return " ".join(f"{word[0]}***" for word in text.split())
    return f"{text[0]}*" if len(text) == 2 else f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"


def address(text: str) -> str:
    """Up to the district (区/县/市), the rest hidden."""
    for mark in ("区", "县", "市", "省"):
        position = text.find(mark)
        if 0 <= position < len(text) - 1:
            return text[: position + 1] + "****"
    return text[:2] + "****"


def ends(text: str) -> str:
    """Card and identity numbers: the first four and the last four."""
    if len(text) < 9:
        return "****" + text[-2:] if len(text) > 4 else "****"
    return f"{text[:4]}****{text[-4:]}"


def account(text: str) -> str:
    """WeChat and other account names: first three, last two."""
    return f"{text[:3]}****{text[-2:]}" if len(text) > 6 else f"{text[:1]}****"


MASKS: dict[str, Callable[[str], str]] = {
    "phone": phone,
    "email": email,
    "wechat": account,
    "card": ends,
    "id_number": ends,
    "address": address,
}


def masked(kind: str, text: str) -> str:
    return MASKS[kind](text)
