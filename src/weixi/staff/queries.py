import hashlib
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from weixi.core.actor import Actor

from .models import ApiToken, Role, User

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


def actor_of_token(text: str, *, at: datetime, address: str = "") -> Actor | None:
    """The actor behind a bearer token; None when unknown, expired, revoked or its owner left."""
    token = (
        ApiToken.objects.select_related("user__role")
        .filter(Q(expires_at=None) | Q(expires_at__gt=at), hash=token_hash(text), revoked_at=None)
        .first()
    )
    if token is None or not token.user.is_active:
        return None
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
    if actor.reach == "team":
        return people.filter(team_id=actor.team_id)
    return people.filter(pk=actor.user_id)


def user_by_name(username: str) -> User | None:
    return User.objects.select_related("role").filter(username=username).first()


def names_of(user_ids: set[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=user_ids)}


def home_of(user_id: int | None) -> tuple[int | None, int | None]:
    """(user id, team id) of who owns what this person makes; (None, None) for the system."""
    team_id = User.objects.filter(pk=user_id).values_list("team_id", flat=True).first()
    return user_id, team_id
