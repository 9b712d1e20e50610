"""Reads of the newest predictions and of how the models were judged."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from weixi.analytics.evaluation import Evaluation
from weixi.core.runs import lake_file

from .backtest import Backtest, Judged, backtest
from .models import ModelCard, Score, Suggestion
from .needs import NeedsJudged

WHY = {
    "best_on_held_out_time": ("在留出时间上误差最小", "smallest error on held-out time"),
    "rule_is_better": ("简单规则更准，模型不用", "the simple rule is better, no model is used"),
    "too_few_customers": ("购买过的客户少于 500 位", "fewer than 500 customers with purchases"),
    "history_too_short": ("历史短于预测期的两倍", "history shorter than twice the horizon"),
    "no_model_fitted": ("没有模型能够拟合", "no model could be fitted"),
    "never_bought": ("从未购买", "never bought"),
}


def score_of(customer_id: int) -> Score | None:
    return Score.objects.filter(pk=customer_id).first()


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
    return ModelCard.objects.filter(is_used=True).order_by("-as_of", "-pk").first()


def figures_of(figures: Evaluation | None) -> dict[str, Any]:
    return {} if figures is None else asdict(figures)


def backtest_of(*, as_of: date, horizon: int) -> Backtest:
    """Judge the models on the facts of a day that was refreshed."""
    return backtest(lake_file("customer_days", as_of), as_of=as_of, horizon=horizon)


def backtest_json(judged: Backtest) -> dict[str, Any]:
    """The contract's shape."""
    return {
        "as_of": judged.as_of.isoformat(),
        "horizon_days": judged.horizon_days,
        "n": judged.n,
        "base_rate": judged.base_rate,
        "why": judged.why,
        "models": [_judged_json(model, judged) for model in judged.models],
    }


def _judged_json(model: Judged, judged: Backtest) -> dict[str, Any]:
    figures = figures_of(model.figures)
    names = ("auc", "average_precision", "brier", "lift_10", "total_predicted", "total_actual")
    return {
        "name": model.name,
        **{name: figures.get(name) for name in names},
        "calibration": figures.get("calibration", ()),
        "calibration_error": figures.get("calibration_error"),
        "used": model.name == judged.used,
    }


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
    row = Suggestion.objects.filter(pk=customer_id).first()
    return tuple(Suggested(**one) for one in row.products) if row else ()


def needs_figures(day: date) -> NeedsJudged | None:
    """How the suggestions were judged on held-out time; None for a day without."""
    file = lake_file("needs_judged", day)
    if not file.exists():
        return None
    return NeedsJudged(**pq.read_table(file).to_pylist()[0])
