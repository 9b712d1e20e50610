"""Signing in with name and password; who signed in is read together with the role."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from weixi.core.prepared import prepared

from .models import User


@prepared
def _with_role(user_id: int) -> "QuerySet[User]":
    return User.objects.select_related("role").filter(pk=user_id)


class WithRole(ModelBackend):
    """Every request asks for the person and then for the role: one query for both."""

    def get_user(self, user_id: int) -> User | None:
        found = _with_role(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
