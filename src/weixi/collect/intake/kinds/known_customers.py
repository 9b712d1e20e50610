"""Customer numbers of a file → customers, as far as the importer reaches."""

from collections.abc import Iterable

from weixi.collect.customers.models import Customer
from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Fault
from weixi.collect.intake.reasons import reason as _
from weixi.core.bulk import insert
from weixi.staff.permissions import reachable

from .loading import Setup

COLUMNS = (
    "id", "number", "name", "type", "city", "industry", "source", "note", "custom", "origins",
    "team_id", "import_id", "created_at", "changed_at",
)  # fmt: skip


def customers_by_number(setup: Setup, numbers: Iterable[str]) -> tuple[dict[str, int], set[str]]:
    """Ids by number (of the customer it was merged into), and the numbers out of reach."""
    rows = bulk.rows_where(Customer, "number", set(numbers), ("number", "id", "merged_into_id"))
    ids = {number: kept or id_ for number, id_, kept in rows}
    ids = _followed(ids, {number for number, _id, kept in rows if kept})
    beyond_ids = beyond_reach(setup, set(ids.values()))
    beyond = {number for number, id_ in ids.items() if id_ in beyond_ids}
    return {number: id_ for number, id_ in ids.items() if number not in beyond}, beyond


def refusal(field: str, number: str, beyond: set[str]) -> Fault:
    """Why the rows of a customer cannot be taken."""
    if number in beyond:
        reason = _("The customer %(number)s belongs to another team.")
    else:
        reason = _("The customer %(number)s is not known.")
    return Fault(field, number, reason % {"number": number})


def _followed(ids: dict[str, int], merged: set[str]) -> dict[str, int]:
    """A customer may have been merged into one that was itself merged later."""
    while merged:
        targets = {ids[number] for number in merged}
        rows = bulk.rows_where(Customer, "id", targets, ("id", "merged_into_id"))
        onward = {id_: kept for id_, kept in rows if kept}
        merged = {number for number in merged if ids[number] in onward}
        ids.update({number: onward[ids[number]] for number in merged})
    return ids


def beyond_reach(setup: Setup, ids: set[int]) -> set[int]:
    if setup.by.reach == "all":
        return set()
    within = Customer.objects.filter(reachable(setup.by)).values_list("pk", flat=True)
    return ids - set(within.filter(pk__in=ids))


def create_bare(setup: Setup, numbers: Iterable[str]) -> dict[str, int]:
    """Customers of whom only the number is known: it is their name until a file tells more."""
    distinct = list(dict.fromkeys(numbers))
    ids = bulk.new_ids(Customer, len(distinct))
    moment = bulk.moment(setup.at)
    origins = bulk.document({"*": setup.origin})
    insert(
        Customer,
        COLUMNS,
        [
            (id_, number, number, "consumer", "", "", "", "", "{}", origins,
             setup.by.team_id, setup.batch_id, moment, moment)
            for id_, number in zip(ids, distinct, strict=True)
        ],
    )  # fmt: skip
    return dict(zip(distinct, ids, strict=True))
