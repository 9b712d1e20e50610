"""What people would have written into a demo by now, so that every page has something to show.

Only a demo is furnished, and once; `places()` is what the addresses of pages.py name. Imported
after `django.setup()`.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from tests.browser.trials import past_campaigns
from weixi.act.campaigns import actions as campaigns
from weixi.act.campaigns.models import Campaign
from weixi.act.campaigns.rules import Goal, GoalKind, GoalMeasure
from weixi.act.care.absences import record_absence
from weixi.act.care.actions import complete, postpone
from weixi.act.care.models import Task
from weixi.act.care.playbooks.models import Run as PlaybookRun
from weixi.act.membership.actions import add_privilege, give_surprise, set_budget
from weixi.act.membership.models import Surprise
from weixi.act.outreach.actions import Source, enqueue
from weixi.act.outreach.models import Message
from weixi.act.outreach.policy_actions import change_sender
from weixi.act.warnings.actions import handle, snooze
from weixi.act.warnings.models import Alert, Loss, Prevention
from weixi.act.warnings.prevention_actions import add_prevention
from weixi.classify.applying import apply_scheme
from weixi.classify.editing import create_segment, delete_segment
from weixi.classify.models import Scheme
from weixi.cli import demo_company
from weixi.collect.calls.actions import ring, set_extension
from weixi.collect.calls.models import Extension
from weixi.collect.costs.actions import record_cost
from weixi.collect.customers.actions import (
    NewBond,
    add_bond,
    add_identity,
    add_person,
    define_custom_field,
    exclude,
    reveal_identity,
)
from weixi.collect.customers.models import (
    Bond,
    Customer,
    Identity,
    ProductExclusion,
)
from weixi.collect.intake.models import ImportBatch
from weixi.collect.intake.staging import draft_of, drafts, stage
from weixi.collect.intake.trying import choose_columns, take_in, try_out
from weixi.collect.orders.models import Order
from weixi.collect.referrals.actions import NewReferral, add_referral
from weixi.collect.referrals.models import Referral
from weixi.collect.replies.actions import set_target
from weixi.collect.touchpoints.actions import record_contact
from weixi.collect.touchpoints.approved import save_snippet, snippets
from weixi.collect.touchpoints.models import Promise
from weixi.collect.touchpoints.promising import break_promise, keep_promise, make_promise
from weixi.core.actor import COMMAND_LINE, Actor
from weixi.core.clock import now, today
from weixi.core.vault import unseal
from weixi.evaluate.effect_actions import write_finding
from weixi.staff.models import User
from weixi.staff.queries import actor_of, user_by_name
from weixi.staff.saved_views import save_view

AT, DAY = now(), today()
BY = replace(COMMAND_LINE, name="秦岚")  # may do what the demo's people do
COLUMNS = {
    "customer_id": "客户编号",
    "name": "姓名",
    "phone": "手机",
    "city": "城市",
    "birthday": "生日",
}
FAULTY = """客户编号,姓名,手机,城市,生日
N-001,林小满,13800000001,杭州,1990-05-02
N-002,,13800000002,苏州,1988-11-30
N-003,陈伯远,1380000,上海,1979-02-30
N-004,顾念,13800000004,南京,2001-07-19
""".encode()


@transaction.atomic
def furnish() -> None:
    rows = list(Customer.objects.filter(merged_into=None, name__gt="").order_by("pk")[:12])
    about_customers(rows)
    promises(rows)
    campaign_of_winter()
    segments_of_people()
    replies_and_knowledge(rows)
    messages(rows)
    privileges(rows)
    warnings()
    team()
    files()


def about_customers(rows: list[Customer]) -> None:
    first = shown_customer()
    define_custom_field(code="size", name_zh="尺码", name_en="Size", kind="text", by=BY, at=AT)
    add_bond(first.pk, NewBond("economic", "3,260 积分，银卡折扣", 16_300), by=BY, at=AT)
    record_cost(first.pk, kind="gift", amount=6_800, note="生日礼物：茶具", by=BY, at=AT)
    add_referral(first.pk, NewReferral(AT.date(), name="王女士", source="推荐卡"), by=BY, at=AT)
    add_bond(first.pk, NewBond("technical", "净水器使用本品牌滤芯"), by=BY, at=AT)
    add_bond(first.pk, NewBond("emotional", "周敏服务两年，女儿生日收到手写卡"), by=BY, at=AT)
    phone = Identity.objects.filter(customer=first, kind="phone").values_list("pk", flat=True)[0]
    reveal_identity(phone, reason="给客户回电", by=BY, at=AT)
    exclude(first.pk, kind="word", value="坚果", reason="家人过敏", by=BY, at=AT)
    add_identity(first.pk, "email", "lin@example.com", by=BY, at=AT)
    for one in rows:
        if one.type == "business":
            add_person(
                one.pk, name="陈志远", position="采购经理", phone="13900001234", by=BY, at=AT
            )
            break
    save_view(area="customers", name="杭州黄金", query="city=杭州", by=admin())


def promises(rows: list[Customer]) -> None:
    told = (
        "换新保温壶送达",
        "发净水器滤芯的安装说明",
        "回电说明退款进度",
        "寄出发票",
        "预留两套春季样品",
    )
    made = [
        make_promise(
            customer_id=who.pk,
            what=what,
            due_at=AT + timedelta(days=n, hours=1),
            by=staff(who),
            at=AT,
        )
        for n, (who, what) in enumerate(zip([shown_customer(), *rows], told, strict=False))
    ]
    keep_promise(made[1].pk, by=BY, at=AT, more="另附一段安装视频")
    break_promise(made[3].pk, reason="开票信息未收到", by=BY, at=AT)
    Promise.objects.filter(pk=made[2].pk).update(due_at=AT - timedelta(hours=3))


def campaign_of_winter() -> None:
    maker = actor_of(user("marketer"), door="web")
    until = DAY + timedelta(days=40)
    goals = (
        Goal(GoalKind.BEHAVIOUR, GoalMeasure.BOUGHT, "30 天复购率", 12, 15, until),
        Goal(GoalKind.FEELING, GoalMeasure.SATISFACTION, "回访后满意度", 0.94, 1, until),
    )
    made = campaigns.create(
        name="冬藏回访",
        purpose="care",
        audience="cell=value_pyramid:gold",
        audience_name="黄金客户",
        by=maker,
        at=AT,
    )
    content = {
        "main": "入冬前，免费为您检查一次净水器与保温壶",
        "reason": "使用满一年，密封圈与滤芯该看看了",
        "action": "回复“检查”，或到最近的门店",
    }
    lines = [
        {"wave": 1, "channel": "sms", "template": "at_risk"},
        {"wave": 2, "channel": "email", "template": "at_risk"},
    ]
    campaigns.change(
        made.pk,
        seen=made.version,
        by=maker,
        at=AT,
        changes={
            "goals": [campaigns.goal_row(goal, today=DAY) for goal in goals],
            "content": campaigns.content_row(content),
            "lines": lines,
            "budget": 600_000,
            "starts_at": AT + timedelta(days=2),
            "held_out_e4": 2_000,
        },
    )
    campaigns.count_reach(made.pk, by=maker, at=AT)
    campaigns.create(name="春茶问候", purpose="care", by=maker, at=AT)
    told = "电话后再发消息，复购高于只发消息"
    write_finding("campaign", made.pk, kind="finding", text=told, by=maker, at=AT)
    past_campaigns(by=maker, at=AT)


def segments_of_people() -> None:
    bought = {"measure": "purchase_days", "is": ">=", "value": 3}
    quiet = {"measure": "days_since_purchase", "is": ">=", "value": 60}
    kept = create_segment(
        name_zh="老客近两月未买",
        name_en="Regulars who paused",
        when={"all": [bought, quiet]},
        by=BY,
        at=AT,
    )
    apply_scheme(kept.code, at=AT)
    gone = create_segment(name_zh="试用名单", when=bought, by=BY, at=AT)
    delete_segment(code=gone.code, by=BY, at=AT)


def replies_and_knowledge(rows: list[Customer]) -> None:
    set_target(minutes=30, by=BY, at=AT)
    set_target(minutes=10, channel="phone", by=BY, at=AT)
    for minutes, (who, note) in enumerate(
        zip(rows, ("换货什么时候寄出？", "发票能开专票吗？", "滤芯怎么装？"), strict=False)
    ):
        record_contact(
            customer_id=who.pk,
            channel="wecom",
            direction="in",
            purpose="service",
            at=AT,
            happened_at=AT - timedelta(minutes=5 + 25 * minutes),
            by=BY,
            note=note,
        )
    save_snippet(
        None,
        question="滤芯多久换一次？",
        answer="一般每 6 个月，水质硬的地区 4 个月。",
        words="净水器 更换",
        by=BY,
        at=AT,
    )
    save_snippet(
        None, question="周日营业吗？", answer="门店周日 10:00 至 18:00 营业。", by=BY, at=AT
    )


def messages(rows: list[Customer]) -> None:
    change_sender(company="禾木生活馆", robot_url="", by=BY, at=AT)
    waiting = (
        ("sms", "at_risk", "care"),
        ("wecom", "birthday", "thanks"),
        ("letter", "birthday", "thanks"),
        ("email", "at_risk", "care"),
        ("sms", "birthday", "thanks"),
        ("wecom", "at_risk", "care"),
    )
    for n, (who, (channel, template, purpose)) in enumerate(zip(rows, waiting, strict=False)):
        enqueue(
            source=Source("manual", n + 1),
            customer_id=who.pk,
            channel=channel,
            purpose=purpose,
            template=template,
            variables={},
            not_before=AT,
            by=BY,
            at=AT,
        )


def privileges(rows: list[Customer]) -> None:
    first = shown_customer()
    add_privilege(
        name="专人对接",
        about="工作日 2 小时内回复，节假日有人值守",
        cell="value_pyramid:platinum",
        by=BY,
        at=AT,
    )
    add_privilege(name="免费上门检查", about="每年一次", cell="value_pyramid:gold", by=BY, at=AT)
    add_privilege(
        name="延长保修一年", customer_id=first.pk, until=DAY + timedelta(days=365), by=BY, at=AT
    )
    set_budget(month=DAY, amount=500_000, by=BY, at=AT)
    for who, what in zip([first, *rows], ("手写生日卡与小盆栽", "赠送一次上门清洗"), strict=False):
        give_surprise(who.pk, what=what, reason="服务两年，从未抱怨", amount=8_800, by=BY, at=AT)


def warnings() -> None:
    add_prevention(
        cause="ours",
        title="晚到订单当天致电说明",
        started_on=DAY - timedelta(days=60),
        by=BY,
        at=AT,
    )
    open_ones = list(
        Alert.objects.filter(ended_on=None, state="open")
        .order_by("pk")
        .values_list("pk", flat=True)[:6]
    )
    handle(open_ones[:2], reason="已电话说明", by=BY, at=AT)
    snooze(open_ones[2:4], until=DAY + timedelta(days=7), reason="客户出差", by=BY, at=AT)


def team() -> None:
    hers, his = user("zhoumin"), user("lilei")
    set_extension("8001", user("lead").pk, by=BY, at=AT)
    record_absence(
        person_id=his.pk,
        first_day=DAY + timedelta(days=3),
        last_day=DAY + timedelta(days=5),
        stand_in_id=hers.pk,
        by=BY,
        at=AT,
    )
    own = Task.objects.filter(owner=hers, state="open").order_by("-worth")
    mine = actor_of(hers, door="web")
    for one in own[3:5]:
        complete(task_id=one.pk, outcome="reached", note="已接听，满意", by=mine, at=AT)
    for one in own[5:6]:
        postpone(task_id=one.pk, until=DAY + timedelta(days=2), reason="客户在开会", by=mine, at=AT)


def files() -> None:
    """One file of which the columns are asked, one looked through, one taken in."""
    by = admin()
    for name in ("客户名单.csv", "门店补录.csv", "旧系统导出.csv"):
        draft = stage(kind="customers", name=name, chunks=[FAULTY], by=by, at=AT)
        if name != "客户名单.csv":
            draft = choose_columns(draft, COLUMNS, by=by)
            try_out(draft, by=by, at=AT)
        if name == "旧系统导出.csv":
            take_in(draft_of(draft.token, by), by=by, at=AT)


def user(username: str) -> User:
    found = user_by_name(username)
    assert found is not None, username
    return found


def admin() -> Actor:
    return actor_of(user("admin"), door="web")


def staff(who: Customer) -> Actor:
    return actor_of(who.owner, door="web") if who.owner else BY


def shown_customer() -> Customer:
    """The one with most to tell: first on the list of the agent whose day is shown."""
    task = Task.objects.filter(owner=user("zhoumin")).order_by("-worth", "pk").first()
    assert task is not None
    return task.customer


def places() -> dict[str, Any]:
    """What the addresses of pages.py name."""
    first = shown_customer()
    return {
        "customer": first.pk,
        "person": user("zhoumin").pk,
        "order": Order.objects.filter(customer=first)
        .order_by("-ordered_at")
        .values_list("number", flat=True)[0],
        "task": Task.objects.filter(owner=user("zhoumin"), state="open")
        .order_by("-worth")
        .values_list("pk", flat=True)[0],
        "identity": Identity.objects.filter(customer=first).values_list("pk", flat=True)[0],
        "exclusion": pk_of(ProductExclusion.objects.filter(customer=first)),
        "bond": pk_of(Bond.objects.filter(customer=first)),
        "referral": pk_of(Referral.objects.filter(customer=first)),
        "campaign": pk_of(Campaign.objects.all()),
        "segment": Scheme.objects.filter(kind="segment")
        .order_by("pk")
        .values_list("code", flat=True)[0],
        "message": pk_of(Message.objects.all()),
        "surprise": pk_of(Surprise.objects.all()),
        "loss": pk_of(Loss.objects.all()),
        "warned": Alert.objects.filter(state="open").values_list("customer", flat=True)[0],
        "prevention": pk_of(Prevention.objects.all()),
        "import": pk_of(ImportBatch.objects.order_by("-pk")),
        "staged": next(one.token for one in drafts(admin()) if not one.trial),
        "checked": next(one.token for one in drafts(admin()) if one.trial),
        "snippet": snippets()[0].pk,
        "playbook": PlaybookRun.objects.values_list("playbook__code", flat=True).order_by("pk")[0],
    }


def pk_of(rows: Any) -> int:
    return (rows if rows.query.order_by else rows.order_by("pk")).values_list("pk", flat=True)[0]


def a_call() -> None:
    """Rings on the desk of the supervisor."""
    phone = Identity.objects.filter(customer=shown_customer(), kind="phone").first()
    number = unseal(phone.kind, phone.sealed) if phone else "13800138000"
    ring(event="shown", number=number, extension="8001", at=AT, by=BY)


def ready() -> dict[str, Any]:
    """A demo is furnished if it is not yet; then `places()`."""
    if not demo_company.state():
        raise SystemExit("These pictures are of a demo: WEIXI_VAR=… ./weixi demo --no-serve")
    if not Extension.objects.exists():
        furnish()
        a_call()
    return places()
