"""Customers: list, read, create, change, merge, reveal, export."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.customers import actions, queries, search
from weixi.collect.customers.filters import Filters, checked_filters
from weixi.collect.customers.rules import CustomerType, IdentityKind
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Day, Id, Limit, Moment, PageOf, Reference, page_of

router = Router(tags=["customers"])
VIEW, EDIT = needs("customers.view"), needs("customers.edit")
Text = Annotated[str, Field(max_length=200)]
FilterText = Annotated[str, Query(max_length=120)]
Order = Literal["newest", "oldest", "name", "changed", "number"]


class CustomerRow(Schema):
    """A customer in a list; the phone is masked."""

    id: int
    number: str
    name: str
    type: CustomerType
    city: str
    industry: str
    source: str
    birthday: Day | None
    owner_id: int | None
    owner: str
    team: str
    phone: str
    created_at: datetime
    changed_at: datetime


class IdentityOut(Schema):
    id: int
    kind: IdentityKind
    masked: str
    label: str
    is_primary: bool
    source: str
    since: Day | None


class PersonOut(Schema):
    id: int
    name: str
    position: str
    decision_role: str
    phone: str
    note: str


class ConsentOut(Schema):
    purpose: str
    channel: str
    granted: bool
    at: datetime
    source: str
    evidence: str


class CustomOut(Schema):
    code: str
    label: str
    kind: str
    value: Any = None


class CustomerOut(CustomerRow):
    """All that is known of one customer. Send `changed_at` back as `seen` with a change.

    `merged_into`: the id under which a merged customer lives on.
    """

    note: str
    identities: list[IdentityOut]
    people: list[PersonOut]
    consents: list[ConsentOut]
    custom: list[CustomOut]
    origins: dict[str, Any]
    merged_into: int | None


class HitOut(Schema):
    customer_id: int
    number: str
    name: str
    type: CustomerType
    city: str
    phone: str
    owner: str
    is_own: bool
    matched: str


class Hits(Schema):
    items: list[HitOut]


class IdentityIn(Body):
    kind: IdentityKind
    value: Annotated[str, Field(min_length=1, max_length=400)]
    label: Annotated[str, Field(max_length=40)] = ""


class CustomerIn(Body):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    type: CustomerType = CustomerType.CONSUMER
    number: Annotated[str, Field(max_length=64)] = ""
    birthday: Day | None = None
    city: Annotated[str, Field(max_length=60)] = ""
    industry: Annotated[str, Field(max_length=60)] = ""
    source: Annotated[str, Field(max_length=60)] = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    custom: dict[str, Any] = {}
    identities: Annotated[list[IdentityIn], Field(max_length=20)] = []


class CustomerChange(Body):
    """Only what changes. `seen`: the `changed_at` that the change was decided upon."""

    seen: Moment
    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    type: CustomerType | None = None
    birthday: Day | None = None
    city: Annotated[str, Field(max_length=60)] | None = None
    industry: Annotated[str, Field(max_length=60)] | None = None
    source: Annotated[str, Field(max_length=60)] | None = None
    note: Annotated[str, Field(max_length=10_000)] | None = None
    custom: dict[str, Any] | None = None


class MergeIn(Body):
    """`take`: fields that the other record knows better."""

    other_id: Reference
    take: list[Literal["name", "type", "birthday", "city", "industry", "source", "note"]] = []


class RevealIn(Body):
    reason: Annotated[str, Field(max_length=200)] = ""


class Revealed(Schema):
    value: str


class AssignIn(Body):
    customer_ids: Annotated[list[Reference], Field(min_length=1, max_length=1_000)]
    owner_id: Reference | None


class AssignOut(Schema):
    """`undo` takes the assignment back: POST /customers/assign/{undo}/undo."""

    customers: int
    undo: int


class UndoneOut(Schema):
    customers: int


@router.get("/customers", response=PageOf[CustomerRow], auth=VIEW)
def list_customers(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    order: Order = "newest",
    number: FilterText = "",
    name: FilterText = "",
    type: FilterText = "",
    owner: FilterText = "",
    team: FilterText = "",
    city: FilterText = "",
    industry: FilterText = "",
    source: FilterText = "",
    created_from: Day | None = None,
    created_to: Day | None = None,
) -> Any:
    """Customers within reach. `owner`: an id, "me" or "none"; `name`: text as in the search."""
    filters = Filters(
        type=type,
        number=number,
        owner=owner,
        team=team,
        city=city,
        industry=industry,
        source=source,
        name=name,
        created_from=created_from,
        created_to=created_to,
    )
    page = queries.listing(
        request.actor, checked_filters(filters), order=order, cursor=cursor, limit=limit
    )
    return page_of(page, CustomerRow.from_orm)


@router.get("/customers/search", response=Hits, auth=VIEW)
def search_customers(
    request: ApiRequest, q: Annotated[str, Query(min_length=1, max_length=60)], limit: Limit = 20
) -> Any:
    """Part of a name, pinyin, initials, phone, last four digits, card or number."""
    return {"items": search.search(request.actor, q, limit=limit)}


@router.post("/customers", response={201: CustomerOut}, auth=EDIT)
@idempotent
def create_customer(request: ApiRequest, body: CustomerIn) -> Any:
    """The owner of the token becomes the owner of the customer."""
    values = body.model_dump(exclude={"identities"})
    identities = [(one.kind, one.value) for one in body.identities]
    new = actions.NewCustomer(**values, identities=identities)
    made = actions.create_customer(new, by=request.actor, at=now())
    return Status(201, _card(request, made.pk))


@router.get("/customers/{int:customer_id}", response=CustomerOut, auth=VIEW)
def get_customer(request: ApiRequest, customer_id: Id) -> Any:
    return _card(request, customer_id)


@router.patch("/customers/{int:customer_id}", response=CustomerOut, auth=EDIT)
@idempotent
def change_customer(request: ApiRequest, customer_id: Id, body: CustomerChange) -> Any:
    """409 when somebody else has changed the customer since `seen`. Null empties the birthday."""
    given = body.model_dump(exclude={"seen"}, exclude_unset=True)
    changes = {k: v for k, v in given.items() if v is not None or k == "birthday"}
    actions.change_customer(customer_id, changes, seen=body.seen, by=request.actor, at=now())
    return _card(request, customer_id)


@router.post("/customers/{int:customer_id}/identities", response={201: CustomerOut}, auth=EDIT)
@idempotent
def add_identity(request: ApiRequest, customer_id: Id, body: IdentityIn) -> Any:
    """A phone, e-mail, account, card or address; stored sealed, shown masked."""
    actions.add_identity(
        customer_id, body.kind, body.value, label=body.label, by=request.actor, at=now()
    )
    return Status(201, _card(request, customer_id))


@router.delete("/identities/{int:identity_id}", response={204: None}, auth=EDIT)
@idempotent
def remove_identity(request: ApiRequest, identity_id: Id) -> Any:
    actions.remove_identity(identity_id, by=request.actor, at=now())
    return Status(204, None)


@router.post(
    "/identities/{int:identity_id}/reveal", response=Revealed, auth=needs("contact_data.reveal")
)
def reveal_identity(request: ApiRequest, identity_id: Id, body: RevealIn) -> Any:
    """The whole value. Who saw it and why is logged."""
    value = actions.reveal_identity(identity_id, reason=body.reason, by=request.actor, at=now())
    return {"value": value}


@router.post("/customers/{int:customer_id}/merge", response=CustomerOut, auth=EDIT)
@idempotent
def merge(request: ApiRequest, customer_id: Id, body: MergeIn) -> Any:
    """The other record lives on in this one; `unmerge` of the other takes them apart again."""
    actions.merge(customer_id, body.other_id, take=body.take, by=request.actor, at=now())
    return _card(request, customer_id)


@router.post("/customers/{int:customer_id}/unmerge", response=CustomerOut, auth=EDIT)
@idempotent
def unmerge(request: ApiRequest, customer_id: Id) -> Any:
    """For the customer that was merged into another one."""
    actions.unmerge(customer_id, by=request.actor, at=now())
    return _card(request, customer_id)


@router.post("/customers/assign", response=AssignOut, auth=needs("customers.assign"))
@idempotent
def assign(request: ApiRequest, body: AssignIn) -> Any:
    done = actions.assign(body.customer_ids, owner_id=body.owner_id, by=request.actor, at=now())
    return AssignOut(customers=done.customers, undo=done.undo)


@router.post(
    "/customers/assign/{int:undo}/undo", response=UndoneOut, auth=needs("customers.assign")
)
@idempotent
def undo_assign(request: ApiRequest, undo: Id) -> Any:
    """Gives back those whose owner is still the one assigned."""
    return UndoneOut(customers=actions.undo_assign(undo, by=request.actor, at=now()))


@router.post(
    "/customers/{int:customer_id}/export", response=dict[str, Any], auth=needs("customers.export")
)
def export_customer(request: ApiRequest, customer_id: Id, body: RevealIn) -> Any:
    """Everything about one person, for that person. Revealed, so the reason is logged."""
    return actions.export_person(customer_id, reason=body.reason, by=request.actor, at=now())


def _card(request: ApiRequest, customer_id: int) -> CustomerOut:
    return CustomerOut.from_orm(queries.card(request.actor, customer_id))
