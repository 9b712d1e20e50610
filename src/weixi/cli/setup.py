"""`weixi init`: the database and everything that is shipped in it."""

from django.core.management import call_command

from weixi.cli.output import say
from weixi.staff.actions import create_shipped_roles


def init() -> None:
    """Make the database, roles, channels, schemes. Running it twice changes nothing."""
    call_command("migrate", verbosity=0, interactive=False)
    made = create_shipped_roles()
    say(f"The database is ready ({made} new roles)." if made else "The database is ready.")
