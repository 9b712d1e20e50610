"""Consent to marketing as the file states it: a new row where it differs from what holds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weixi.collect.customers.models import Consent
from weixi.collect.intake import bulk
from weixi.core.bulk import insert

from .loading import Setup

if TYPE_CHECKING:
    from .customers import Row

PURPOSE = "marketing"
COLUMNS = ("customer_id", "purpose", "channel", "granted", "at", "source", "evidence", "import_id")


def write_consents(setup: Setup, people: Sequence[tuple[int, "Row"]], new: set[int]) -> set[int]:
    """Returns the customers whose consent changed."""
    stated = {
        id_: row.values["consent_marketing"]
        for id_, row in people
        if "consent_marketing" in row.values
    }
    holding = _holding(stated.keys() - new)
    changed = {id_: told for id_, told in stated.items() if holding.get(id_) != told}
    moment, source = bulk.moment(setup.at), f"import {setup.batch_id}"
    insert(
        Consent,
        COLUMNS,
        [
            (id_, PURPOSE, "", told, moment, source, "", setup.batch_id)
            for id_, told in changed.items()
        ],
    )
    return set(changed)


def _holding(ids: set[int]) -> dict[int, bool]:
    """The newest statement of each customer for every channel."""
    columns = ("customer_id", "purpose", "channel", "at", "id", "granted")
    newest: dict[int, tuple[Any, ...]] = {}
    for id_, purpose, channel, at, pk, granted in bulk.rows_where(
        Consent, "customer_id", ids, columns
    ):
        stated = (at, pk, granted)
        if (purpose, channel) == (PURPOSE, "") and (id_ not in newest or stated > newest[id_]):
            newest[id_] = stated
    return {id_: bool(rest[-1]) for id_, rest in newest.items()}
