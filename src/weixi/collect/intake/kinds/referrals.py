"""Recommendations: which customer recommended us, to whom, when."""

from datetime import date

from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Fault, Parse
from weixi.collect.intake.checks.dates import FIRST_YEAR, day_between
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.reasons import reason as _
from weixi.collect.referrals.models import Referral

from .facts import Facts, Values, kind_of_facts
from .fields import Field
from .loading import Setup

FIELDS = (
    Field("referral_id", ("推荐编号", "推荐单号", "referral", "referral no", "referral number",
                          "id"), needed=True),
    Field("customer_id", ("推荐人", "推荐人编号", "介绍人", "介绍人编号", "客户编号", "referrer",
                          "recommended by", "customer", "customer number"), needed=True),
    Field("at", ("推荐日期", "介绍日期", "日期", "推荐时间", "时间", "date", "day"), needed=True),
    Field("recommended_id", ("被推荐人编号", "被推荐客户", "被推荐客户编号", "新客户编号",
                             "recommended customer", "new customer")),
    Field("name", ("被推荐人", "被推荐人姓名", "姓名", "recommended person"), is_personal=True),
    Field("source", ("来源", "得知方式", "how we know")),
)  # fmt: skip
BLANK = {
    "customer_id": None, "recommended_id": None, "name": "", "day": None, "source": "",
    "recorded_by": "",
}  # fmt: skip
AS_THEY_ARE = ("customer_id", "name", "source")


def _parsers(setup: Setup) -> dict[str, Parse]:
    day = day_between(date(FIRST_YEAR, 1, 1), setup.last_day)
    return {
        "referral_id": identifier,
        "customer_id": identifier,
        "at": lambda text: bulk.day(day(text)),
        "recommended_id": identifier,
        "name": text_within(80),
        "source": text_within(60),
    }


def _judge(values: Values) -> Fault | None:
    other = values.get("recommended_id")
    if not other and not values.get("name"):
        reason = _("Say to whom: the number of a customer, or a name.")
        return Fault("recommended_id", "", reason)
    if other == values["customer_id"]:
        return Fault("recommended_id", str(other), _("Nobody recommends us to themselves."))
    return None


def _told(values: Values) -> Values:
    told = {name: values[name] for name in AS_THEY_ARE if values.get(name) is not None}
    return {**told, "day": values["at"]}


REFERRALS = kind_of_facts(
    Facts(
        "referrals", Referral, "referral_id", FIELDS, _parsers, _judge, _told, BLANK,
        others=("recommended_id",),
    )
)  # fmt: skip
