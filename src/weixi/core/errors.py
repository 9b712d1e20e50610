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


class Missing(Exception):
    """Not there, or not within the actor's reach: one answer for both, so that none can guess."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what)
