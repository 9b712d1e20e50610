"""Customers into the tables: found by their key, created, or changed where the file says more."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from weixi.collect.customers.models import Customer
from weixi.collect.customers.rules import CustomerType
from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before, plain
from weixi.collect.intake.checks.columns import Fault
from weixi.collect.intake.reasons import reason as _
from weixi.core.bulk import insert
from weixi.staff.queries import colleagues

from .consent_writing import write_consents
from .contract_writing import write_contracts
from .custom_fields import make_custom_fields
from .finding import Found, found_customers
from .identity_writing import write_identities
from .limit_writing import write_limits
from .loading import Outcome, Setup

if TYPE_CHECKING:
    from .customers import Checked, Row

PLAIN = ("name", "type", "birthday", "city", "industry", "source")
CHANGED = (*PLAIN, "owner_id", "team_id", "custom", "origins", "changed_at")
COLUMNS = ("id", "number", *PLAIN, "owner_id", "team_id", "custom", "origins", "note",
           "import_id", "created_at", "changed_at")  # fmt: skip


@dataclass
class Work:
    """The rows of a batch, told apart."""

    new: list["Row"] = field(default_factory=list)
    old: list[tuple["Row", Found]] = field(default_factory=list)

    def take(self, row: "Row", found: Found | None) -> None:
        if found is None:
            self.new.append(row)
        else:
            self.old.append((row, found))


def write_customers(setup: Setup, checked: "Checked") -> Outcome:
    outcome = Outcome()
    owners = _owners(setup, checked.rows, outcome)
    work = _told_apart(setup, checked.rows, outcome)
    make_custom_fields(setup, {code for row in checked.rows for code in row.custom})
    ids = _create(setup, work.new, owners)
    changed = _change(setup, work.old, owners)
    people = [(id_, row) for id_, row in zip(ids, work.new, strict=True)]
    people += [(found.id, row) for row, found in work.old]
    renewed = write_identities(setup, people, set(ids))
    agreed = write_consents(setup, people, set(ids))
    bound = write_contracts(setup, people, set(ids))
    limited = write_limits(setup, people, set(ids))
    updated = (changed | renewed | agreed | bound | limited) - set(ids)
    outcome.created, outcome.updated = len(ids), len(updated)
    outcome.unchanged = len(work.old) - len(updated) + checked.repeated
    outcome.customer_ids = set(ids) | updated
    return outcome


def _owners(setup: Setup, rows: Sequence["Row"], outcome: Outcome) -> dict[str, tuple]:
    """(id, team) by user name; unknown names become faults."""
    names = {row.values["owner"] for row in rows if "owner" in row.values}
    if not names:
        return {}
    people = colleagues(setup.by).filter(username__in=names)
    known = {p.username: (p.pk, p.team_id) for p in people}
    missing = names - known.keys()
    for row in rows:
        if row.values.get("owner") in missing:
            reason = _("There is nobody with this user name whom you may give customers.")
            outcome.faults[row.row] = Fault("owner", row.values["owner"], reason)
    return known


def _told_apart(setup: Setup, rows: Sequence["Row"], outcome: Outcome) -> Work:
    found, faults = found_customers(setup, [r for r in rows if r.row not in outcome.faults])
    outcome.faults.update(faults)
    work, taken = Work(), set[Any]()
    for row in (row for row in rows if row.row not in outcome.faults):
        old = found.get(row.row)
        number = row.values.get("customer_id")
        if old is None and "name" not in row.values:
            outcome.faults[row.row] = Fault("name", "", _("A new customer needs a name."))
        elif (mark := old.id if old else number) is not None and mark in taken:
            reason = _("Further up in the file stands another row for the same customer.")
            outcome.faults[row.row] = Fault("customer_id", number or "", reason)
        else:
            taken.add(mark)
            work.take(row, old)
    return work


def _create(setup: Setup, rows: Sequence["Row"], owners: dict[str, tuple]) -> Sequence[int]:
    ids = bulk.new_ids(Customer, len(rows))
    moment, origins = bulk.moment(setup.at), bulk.document({"*": setup.origin})
    insert(
        Customer,
        COLUMNS,
        [
            (
                id_, row.values.get("customer_id") or f"N{setup.batch_id}-{id_}",
                *(row.values.get(name, _EMPTY.get(name, "")) for name in PLAIN),
                *owners.get(row.values.get("owner", ""), (None, setup.by.team_id)),
                bulk.document(row.custom), origins, "", setup.batch_id, moment, moment,
            )
            for id_, row in zip(ids, rows, strict=True)
        ],
    )  # fmt: skip
    return ids


_EMPTY: dict[str, Any] = {"type": CustomerType.CONSUMER.value, "birthday": None}


def _change(
    setup: Setup, pairs: Iterable[tuple["Row", Found]], owners: dict[str, tuple]
) -> set[int]:
    images, updates = [], []
    for row, found in pairs:
        wanted = _wanted(row, found, owners)
        told = {name for name in wanted if wanted[name] != found.values[name]}
        if not told:
            continue
        wanted["custom"] = bulk.document(wanted["custom"])
        wanted["origins"] = _origins(setup, found, told)
        updates.append((*(wanted[name] for name in CHANGED[:-1]), bulk.moment(setup.at), found.id))
        if found.import_id != setup.batch_id:
            images.append((found.id, _image(found)))
    keep_before(setup.batch_id, Customer, images)
    bulk.update(Customer, CHANGED, updates)
    return {update[-1] for update in updates}


def _wanted(row: "Row", found: Found, owners: dict[str, tuple]) -> dict[str, Any]:
    """The row as it should be: what the file says nothing about stays."""
    wanted = {name: row.values.get(name, found.values[name]) for name in PLAIN}
    wanted["owner_id"], wanted["team_id"] = owners.get(
        row.values.get("owner", ""), (found.values["owner_id"], found.values["team_id"])
    )
    wanted["custom"] = {**found.values["custom"], **row.custom}
    return wanted


def _origins(setup: Setup, found: Found, told: set[str]) -> str:
    origins = json.loads(found.origins)
    return bulk.document({**origins, **dict.fromkeys(sorted(told), setup.origin)})


def _image(found: Found) -> dict[str, Any]:
    values = {name: plain(value) for name, value in found.values.items()}
    return {
        **values,
        "custom": found.custom,
        "origins": found.origins,
        "changed_at": plain(found.changed_at),
    }
