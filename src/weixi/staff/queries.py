import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from weixi.core.actor import Actor
from weixi.core.errors import Missing

from .models import ApiToken, Role, SecondFactor, Team, User
from .permissions import GUARDED, PERMISSIONS

NOBODY = Actor(None, "", frozenset())


class Colleague(NamedTuple):
    id: int
    name: str


def actor_of(user: User, *, door: str, address: str = "") -> Actor:
    """The rights of a signed-in person; a person without a role has none."""
    if not user.is_active:
        return NOBODY
    role = user.role
    return Actor(
        user_id=user.pk,
        name=str(user),
        door=door,
        address=address,
        team_id=user.team_id,
        permissions=frozenset(role.permissions) if role else frozenset(),
        reach=role.reach if role else Role.Reach.OWN,
    )


def actor_of_id(user_id: int | None, *, door: str = "job") -> Actor | None:
    """The rights a person has now; None when they left."""
    if user_id is None:
        return None
    user = User.objects.select_related("role").filter(pk=user_id, is_active=True).first()
    return None if user is None else actor_of(user, door=door)


def token_of(text: str, *, at: datetime) -> ApiToken | None:
    """The token of that text; None when unknown, expired, revoked or its owner left."""
    token = (
        ApiToken.objects.select_related("user__role")
        .filter(Q(expires_at=None) | Q(expires_at__gt=at), hash=token_hash(text), revoked_at=None)
        .first()
    )
    return token if token is not None and token.user.is_active else None


def actor_of_token(token: ApiToken, *, address: str = "") -> Actor:
    """The actor behind a token: its owner, cut to the token's scopes."""
    owner = actor_of(token.user, door="api", address=address)
    return Actor(
        user_id=owner.user_id,
        name=f"{owner.name} · {token.name}",
        door="api",
        address=address,
        team_id=owner.team_id,
        reach=owner.reach,
        permissions=owner.permissions & frozenset(token.scopes),
    )


def token_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def colleagues(actor: Actor) -> QuerySet[User]:
    """Whom the actor may give customers or tasks to."""
    people = User.objects.filter(is_active=True).exclude(role=None).order_by("name", "username")
    if actor.reach == "all":
        return people
    if actor.reach == "team" and actor.team_id is not None:
        return people.filter(team_id=actor.team_id)
    return people.none() if actor.user_id is None else people.filter(pk=actor.user_id)


def user_by_name(username: str) -> User | None:
    return User.objects.select_related("role").filter(username=username).first()


def signing_in(user_id: int) -> User | None:
    """Somebody between the password and the code; None when they left meanwhile."""
    return User.objects.select_related("role").filter(pk=user_id, is_active=True).first()


def any_admin() -> User | None:
    return User.objects.filter(role__code="admin", is_active=True).first()


def names_of(user_ids: set[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=user_ids)}


def home_of(user_id: int | None) -> tuple[int | None, int | None]:
    """(user id, team id) of who owns what this person makes; (None, None) for the system."""
    if user_id is None:
        return None, None
    team_id = User.objects.filter(pk=user_id).values_list("team_id", flat=True).first()
    return user_id, team_id


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, for the page of people."""

    id: int
    username: str
    name: str
    role: str
    team: str
    capacity: int
    is_active: bool
    last_login: datetime | None
    has_second_factor: bool
    is_guarded: bool  # may take data out or change how Weixi works

    @property
    def lacks_second_factor(self) -> bool:
        return self.is_active and self.is_guarded and not self.has_second_factor


def people(actor: Actor, *, text: str = "") -> list[Person]:
    """Everybody, those who left last."""
    actor.need("people.manage")
    rows = User.objects.select_related("role", "team").order_by("-is_active", "name", "username")
    factors = SecondFactor.objects.filter(user=OuterRef("pk")).exclude(confirmed_at=None)
    rows = rows.annotate(has_factor=Exists(factors))
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    return [
        Person(
            row.pk,
            row.username,
            row.name,
            role_name(row.role) if row.role else "",
            row.team.name if row.team else "",
            row.daily_capacity,
            row.is_active,
            row.last_login,
            row.has_factor,
            row.role is not None and not GUARDED.isdisjoint(row.role.permissions),
        )
        for row in rows
    ]


def person(actor: Actor, user_id: int) -> User:
    actor.need("people.manage")
    found = User.objects.select_related("role", "team").filter(pk=user_id).first()
    if found is None:
        raise Missing("person")
    return found


def role_name(role: Role) -> str:
    return role.name_zh if (get_language() or "").startswith("zh") else role.name_en


def roles(actor: Actor) -> list[tuple[Role, int]]:
    """Every role with how many people who sign in hold it."""
    actor.need("people.manage")
    counted = Count("people", filter=Q(people__is_active=True))
    return [(role, role.n) for role in Role.objects.annotate(n=counted).order_by("pk")]


def teams(actor: Actor) -> list[tuple[Team, int]]:
    """Every team with how many people who sign in are in it."""
    actor.need("people.manage")
    counted = Count("people", filter=Q(people__is_active=True))
    return [(team, team.n) for team in Team.objects.annotate(n=counted).order_by("name")]


@dataclass(frozen=True)
class Effect:
    """What a change of a role does: permissions lost and gained, reach, whom it concerns."""

    people: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    reach: tuple[str, str] | None  # from, to

    @property
    def is_none(self) -> bool:
        return not (self.lost or self.gained or self.reach)


def effect_of(actor: Actor, role: Role, *, permissions: set[str], reach: str) -> Effect:
    actor.need("people.manage")
    held = set(role.permissions)
    return Effect(
        people=User.objects.filter(role=role, is_active=True).count(),
        lost=tuple(name for name in PERMISSIONS if name in held - permissions),
        gained=tuple(name for name in PERMISSIONS if name in permissions - held),
        reach=(role.reach, reach) if reach != role.reach else None,
    )


def role_of(actor: Actor, code: str) -> Role:
    actor.need("people.manage")
    found = Role.objects.filter(code=code).first()
    if found is None:
        raise Missing("role")
    return found


def all_teams() -> list[Team]:
    """For choosing one; who may choose is asked where it is used."""
    return list(Team.objects.order_by("name", "pk"))


def email_of(actor: Actor) -> str:
    """The person's own address; empty when there is none, or the actor is no person."""
    rows = User.objects.filter(pk=actor.user_id or 0).values_list("email", flat=True)
    return rows.first() or ""


def session_hash_of(user_id: int) -> str:
    """What a session of this person must carry; "" when they left. A new password changes it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user.get_session_auth_hash() if user else ""
