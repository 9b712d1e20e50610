"""A business "no": one sentence for a person, shown as it is by every door."""


class RuleBroken(Exception):
    """The request breaks a rule. The message is a sentence for the person who asked."""


class NotAllowed(Exception):
    """The actor lacks the permission or does not reach the object. Nothing was changed."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


class Conflict(RuleBroken):
    """Somebody else changed or holds the thing meanwhile."""


class TooOften(RuleBroken):
    """More than is allowed in a span of time (S-06); `seconds` until it is allowed again."""

    def __init__(self, sentence: str, *, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Sentence(ValueError):
    """What is wrong with a value, said where nothing is translated (rules.py).

    `text` is a constant English template with named places: it is found and translated like any
    other text, then filled (core.text.told).
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


class Missing(Exception):
    """Not there, or not within the actor's reach: one answer for both, so that none can guess."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what)
