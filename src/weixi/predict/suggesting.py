"""Publishes what may be wanted next."""

from weixi.core.runs import RunContext
from weixi.core.staging import replace_from

from .models import Suggestion


def publish_suggestions(run: RunContext) -> int:
    """One row a customer in business; the rows of the day before go."""
    day = f"DATE '{run.as_of.isoformat()}'"
    return replace_from(Suggestion, run.file("suggestions"), {"as_of": day})
