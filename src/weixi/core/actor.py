"""Who asks: a person at a page, a program with a token, or the system itself."""

from dataclasses import dataclass, replace

from .errors import NotAllowed


@dataclass(frozen=True)
class Actor:
    """`reach`: whose customers the actor sees: "own", "team" or "all"."""

    user_id: int | None
    name: str
    permissions: frozenset[str]
    reach: str = "own"
    team_id: int | None = None
    door: str = "web"
    address: str = ""

    def may(self, permission: str) -> bool:
        return "*" in self.permissions or permission in self.permissions

    def need(self, permission: str) -> None:
        """Raise NotAllowed unless the actor holds `permission`."""
        if not self.may(permission):
            raise NotAllowed(permission)

    def at(self, address: str) -> "Actor":
        return replace(self, address=address)


SYSTEM = Actor(None, "system", frozenset({"*"}), reach="all", door="system")
COMMAND_LINE = Actor(None, "command line", frozenset({"*"}), reach="all", door="cli")
