"""Reads of the newest predictions and of how the models were judged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from weixi.analytics.boosting import is_available
from weixi.collect.customers.exclusions import excluded_by
from weixi.core.prepared import prepared
from weixi.core.runs import lake_file, newest_run, rows_in

from .backtest import RULE, backtest
from .boosted import BOOSTED
from .competition import Competition, competition, told
from .explaining import SEEN_BY_TREES, parts_at
from .features import FACTS
from .models import ModelCard, Score
from .rules import judging_day
from .suggesting import suggested_at
from .words import Part, parts_of

WHY = {
    "best_on_held_out_time": (
        "在留出的各期上平均误差最小",
        "smallest mean error over the held-out periods",
    ),
    "rule_is_better": ("简单规则更准，模型不用", "the simple rule is better, no model is used"),
    "too_few_customers": ("购买过的客户少于 500 位", "fewer than 500 customers with purchases"),
    "history_too_short": ("历史短于预测期的两倍", "history shorter than twice the horizon"),
    "no_model_fitted": ("没有模型能够拟合", "no model could be fitted"),
    "never_bought": ("从未购买", "never bought"),
}


def score_of(customer_id: int) -> Score | None:
    return next(iter(_score(customer_id)), None)


@prepared
def _score(customer_id: int) -> QuerySet[Score]:
    return Score.objects.filter(pk=customer_id)


def scores_of(customer_ids: Iterable[int]) -> dict[int, Score]:
    return Score.objects.in_bulk(list(customer_ids))


def newest_cards() -> list[ModelCard]:
    """The models of the newest run, the one in use first."""
    newest = ModelCard.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    if newest is None:
        return []
    return list(ModelCard.objects.filter(as_of=newest).order_by("-is_used", "name"))


def used_card() -> ModelCard | None:
    """The model whose risk is shown, of the newest run."""
    return next(iter(_used_card()), None)


@prepared
def _used_card() -> QuerySet[ModelCard]:
    newest = ModelCard.objects.order_by("-as_of").values("as_of")[:1]
    return ModelCard.objects.filter(is_used=True, as_of=Subquery(newest)).order_by("name")[:1]


def sees_service(day: date) -> bool:
    """Whether the risk of a day was told by the model that knows complaints, answers, payments."""
    file = lake_file(SEEN_BY_TREES, day)
    return file.exists() and rows_in(file) > 0


def needs_boosting() -> bool:
    """Whether the gradient-boosted model cannot compete because it is not installed."""
    return not is_available()


@dataclass(frozen=True)
class Past:
    """One earlier judgement. Errors are means over its cuts; None = unknown."""

    judged_on: date
    horizon_days: int
    used: str
    brier: float | None
    auc: float | None
    rule_brier: float | None
    customers: int
    cuts: int


def past_competitions(limit: int = 24) -> list[Past]:
    """Every judgement whose model was used, the newest first."""
    cards = ModelCard.objects.exclude(judged_on=None).exclude(figures={})
    newest: dict[tuple[date, int], dict[str, ModelCard]] = {}
    for card in cards.order_by("judged_on", "as_of"):
        if card.judged_on is not None:
            newest.setdefault((card.judged_on, card.horizon_days), {})[card.name] = card
    found = [
        _past(used, judged.get(RULE))
        for judged in newest.values()
        for used in judged.values()
        if used.is_used
    ]
    return sorted(found, key=lambda one: one.judged_on, reverse=True)[:limit]


def _past(used: ModelCard, rule: ModelCard | None) -> Past:
    mean = used.figures.get("mean", {})
    return Past(
        judged_on=used.judged_on or used.as_of,
        horizon_days=used.horizon_days,
        used=used.name,
        brier=mean.get("brier"),
        auc=mean.get("auc"),
        rule_brier=rule.figures.get("mean", {}).get("brier") if rule else None,
        customers=used.figures.get("n", used.customers),
        cuts=len(used.figures.get("cuts", ())),
    )


def backtest_of(as_of: date, horizon: int) -> Competition:
    """Judge the models anew on the facts of a day that was refreshed."""
    facts = {name: lake_file(name, as_of) for name in FACTS}
    days = facts["customer_days"]
    return told(backtest(days, as_of=as_of, horizon=horizon, facts=facts))


def competition_in_force(as_of: date, horizon: int) -> Competition:
    """The judgement that the refresh of a day went by: what the model page shows."""
    facts = {name: lake_file(name, as_of) for name in FACTS}
    return competition(facts, day=judging_day(as_of), horizon=horizon)


def competition_json(judged: Competition) -> dict[str, Any]:
    """The contract's shape: figures of the newest cut, and beside them every cut and the means."""
    return {
        "as_of": judged.as_of.isoformat(),
        "horizon_days": judged.horizon_days,
        "n": judged.n,
        "base_rate": judged.base_rate,
        "why": judged.why,
        "used": judged.used,
        "not_installed": [] if judged.is_boosting_there else [BOOSTED],
        "cuts": list(judged.held),
        "models": [_model_json(model, judged.used) for model in judged.models],
    }


SHOWN = ("auc", "average_precision", "brier", "lift_10", "total_predicted", "total_actual")


def _model_json(model: Mapping[str, Any], used: str | None) -> dict[str, Any]:
    figures = model["figures"] or {}
    shown = (*SHOWN, "calibration_error")
    return {
        "name": model["name"],
        **{name: figures.get(name) for name in SHOWN},
        "calibration": figures.get("calibration", ()),
        "calibration_error": figures.get("calibration_error"),
        "mean": model["mean"],
        "cuts": [{name: (cut or {}).get(name) for name in shown} for cut in model["cuts"]],
        "used": model["name"] == used,
    }


def explanation_of(score: Score | None) -> tuple[Part, ...]:
    """What raises and lowers the risk, the largest first; empty unless the boosted model tells
    it."""
    if score is None or score.churn_risk is None:
        return ()
    return parts_of(parts_at(score.pk, score.as_of), score.churn_risk)


@dataclass(frozen=True)
class Suggested:
    """`because`: the name of a product the customer has that others buy with this; empty: what most
    customers like."""

    product_id: int
    number: str
    name: str
    because: str
    score: float

    @property
    def reason(self) -> str:
        if self.because:
            return _("Often bought together with “%(name)s”") % {"name": self.because}
        return _("Liked by most customers")


def suggestions_of(customer_id: int) -> tuple[Suggested, ...]:
    """What may be wanted next, at most three; empty for who has not bought for a year."""
    newest = newest_run()
    if newest is None:
        return ()
    rows = suggested_at(customer_id, newest.as_of, excluded_by(customer_id))
    return tuple(Suggested(*row) for row in rows)
