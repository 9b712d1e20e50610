"""Who may do what, in one place. Doors ask here; every query of customers is cut here.

A permission is a word; a role is a named set of them with a reach (own, team, all), kept as data
in `staff.Role`; the seven shipped roles are below.
"""

from dataclasses import dataclass

from django.db.models import Q

from weixi.core.actor import Actor

PERMISSIONS: dict[str, str] = {
    "customers.view": "See customers",
    "customers.edit": "Create and change customers",
    "customers.assign": "Give customers to another owner",
    "customers.export": "Export lists of customers",
    "contact_data.reveal": "Reveal phones, e-mails and addresses",
    "orders.view": "See orders",
    "orders.edit": "Create and change orders",
    "contacts.edit": "Record contacts",
    "complaints.view": "See complaints",
    "complaints.edit": "Record, answer and close complaints",
    "answers.view": "See what customers answered",
    "answers.edit": "Record answers of customers",
    "points.edit": "Add and take loyalty points",
    "tasks.work": "Work on the care list",
    "tasks.assign": "See and assign the team's care list",
    "messages.view": "See messages and templates",
    "messages.edit": "Write templates; stop, repeat and decide on messages",
    "messages.approve": "Approve templates",
    "policy.override": "Contact a customer against the contact policy",
    "campaigns.edit": "Design, launch and stop campaigns",
    "campaigns.approve": "Approve campaigns of others",
    "playbooks.edit": "Write playbooks and switch them on",
    "privileges.edit": "Set privileges and the budgets of surprises",
    "surprises.give": "Surprise customers from the budget",
    "segments.view": "See segments and pyramid",
    "schemes.edit": "Change schemes",
    "reports.view": "See reports",
    "imports.run": "Import files and undo imports",
    "models.view": "See models and their figures",
    "settings.manage": "Change settings",
    "people.manage": "Manage people, teams and roles",
    "audit.view": "Read the access log",
    "system.view": "See jobs, runs and heartbeats",
    "calls.tell": "Tell of incoming calls (telephone systems)",
    "tokens.own": "Make access tokens for programs",
}
# Who takes data out or changes how Weixi works proves at sign-in by a second factor who they are.
GUARDED = frozenset({"customers.export", "settings.manage", "people.manage"})
SCOPES = tuple(name for name in PERMISSIONS if name not in {"tokens.own", "people.manage"})


@dataclass(frozen=True)
class ShippedRole:
    code: str
    name_zh: str
    name_en: str
    reach: str
    permissions: frozenset[str]


_AGENT = frozenset(
    {
        "customers.view",
        "customers.edit",
        "contact_data.reveal",
        "orders.view",
        "contacts.edit",
        "complaints.view",
        "complaints.edit",
        "answers.view",
        "answers.edit",
        "tasks.work",
        "surprises.give",
        "messages.view",
        "segments.view",
    }
)
_SUPERVISOR = _AGENT | {
    "messages.edit",
    "messages.approve",
    "policy.override",
    "customers.assign",
    "customers.export",
    "orders.edit",
    "points.edit",
    "tasks.assign",
    "campaigns.edit",
    "campaigns.approve",
    "privileges.edit",
    "playbooks.edit",
    "reports.view",
    "imports.run",
    "system.view",
}
SHIPPED_ROLES = (
    ShippedRole("agent", "客服专员", "Agent", "own", _AGENT),
    ShippedRole("manager", "客户经理", "Account manager", "team", _AGENT),
    ShippedRole("supervisor", "主管", "Supervisor", "team", _SUPERVISOR),
    ShippedRole(
        "marketer",
        "营销",
        "Marketer",
        "all",
        frozenset(
            {
                "customers.view",
                "orders.view",
                "complaints.view",
                "answers.view",
                "messages.view",
                "messages.edit",
                "segments.view",
                "reports.view",
                "schemes.edit",
                "campaigns.edit",
                "playbooks.edit",
            }
        ),
    ),
    ShippedRole(
        "analyst",
        "分析师",
        "Analyst",
        "all",
        frozenset(
            {
                "customers.view",
                "orders.view",
                "complaints.view",
                "answers.view",
                "messages.view",
                "segments.view",
                "reports.view",
                "models.view",
                "tokens.own",
                "system.view",
            }
        ),
    ),
    ShippedRole("auditor", "审计", "Auditor", "all", frozenset({"audit.view", "system.view"})),
    ShippedRole("admin", "管理员", "Administrator", "all", frozenset(PERMISSIONS)),
)


def reachable(actor: Actor, path: str = "") -> Q:
    """The condition that a query of customers (or of rows at `path` from one) must carry.

    `path` is the way to the customer, with its trailing underscores: reachable(a, "customer__").
    """
    if actor.reach == "all":
        return Q()
    if actor.reach == "team" and actor.team_id is not None:
        return Q(**{f"{path}team_id": actor.team_id})
    if actor.user_id is None:
        return Q(pk__in=[])
    return Q(**{f"{path}owner_id": actor.user_id})


def listed(actor: Actor, path: str = "") -> Q:
    """As `reachable`, without records that were merged into another: for lists, queues and
    figures. An address of one merged customer is reachable still; it leads to the kept one."""
    return reachable(actor, path) & Q(**{f"{path}merged_into": None})
