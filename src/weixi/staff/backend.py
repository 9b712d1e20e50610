"""Signing in with name and password; who signed in is read together with the role."""

from django.contrib.auth.backends import ModelBackend

from .models import User


class WithRole(ModelBackend):
    """Every request asks for the person and then for the role: one query for both."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("role").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
