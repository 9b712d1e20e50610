"""Customer-base mathematics without Django, files or clocks; see docs/analytics.md."""

from .bgnbd import BGNBD, fit_bgnbd
from .boosting import Boosted, NotInstalled, fit_boosted
from .clv import expected_margin
from .cohorts import CohortRetention, cohort_retention
from .contracts import ContractChurn, contract_churn
from .economics import (
    RetentionRow,
    break_even_care,
    lifetime_value,
    retention_row,
    retention_table,
)
from .evaluation import (
    Evaluation,
    auc,
    average_precision,
    brier,
    brier_skill,
    calibration,
    calibration_error,
    evaluate,
    frequency_rule,
    lift_at,
    past_rate,
    past_rate_probability,
    recency_rule,
)
from .gammagamma import GammaGamma, fit_gammagamma
from .grouping import Histories, grouped, histories
from .kaplanmeier import KaplanMeier, fit_kaplan_meier
from .maximum_likelihood import Fit
from .mbgnbd import MBGNBD, fit_mbgnbd
from .models import MODELS, fit_model, predict_model
from .paretonbd import ParetoNBD, fit_paretonbd
from .rhythm import business_horizon, lateness, lateness_of_all, typical_gap_days, typical_gaps
from .satisfaction import (
    mean_interval,
    mean_interval_of_sums,
    net_promoter_interval,
    net_promoters,
    promoter_mark,
    ratio_interval,
    ratio_interval_of_sums,
    share_interval,
)
from .sbg import SBG, fit_sbg, fit_sbg_cohorts
from .seasonality import SeasonalFactor, window_factor
from .uplift import (
    Estimate,
    Uplift,
    combined,
    detectable_effect,
    detectable_share,
    difference_of_means,
    difference_of_shares,
    sample_ratio_test,
    treatment_effect,
)

__all__ = [
    "BGNBD",
    "MBGNBD",
    "MODELS",
    "SBG",
    "Boosted",
    "CohortRetention",
    "ContractChurn",
    "Estimate",
    "Evaluation",
    "Fit",
    "GammaGamma",
    "Histories",
    "KaplanMeier",
    "NotInstalled",
    "ParetoNBD",
    "RetentionRow",
    "SeasonalFactor",
    "Uplift",
    "auc",
    "average_precision",
    "break_even_care",
    "brier",
    "brier_skill",
    "business_horizon",
    "calibration",
    "calibration_error",
    "cohort_retention",
    "combined",
    "contract_churn",
    "detectable_effect",
    "detectable_share",
    "difference_of_means",
    "difference_of_shares",
    "evaluate",
    "expected_margin",
    "fit_bgnbd",
    "fit_boosted",
    "fit_gammagamma",
    "fit_kaplan_meier",
    "fit_mbgnbd",
    "fit_model",
    "fit_paretonbd",
    "fit_sbg",
    "fit_sbg_cohorts",
    "frequency_rule",
    "grouped",
    "histories",
    "lateness",
    "lateness_of_all",
    "lifetime_value",
    "lift_at",
    "mean_interval",
    "mean_interval_of_sums",
    "net_promoter_interval",
    "net_promoters",
    "past_rate",
    "past_rate_probability",
    "predict_model",
    "promoter_mark",
    "ratio_interval",
    "ratio_interval_of_sums",
    "recency_rule",
    "retention_row",
    "retention_table",
    "sample_ratio_test",
    "share_interval",
    "treatment_effect",
    "typical_gap_days",
    "typical_gaps",
    "window_factor",
]
