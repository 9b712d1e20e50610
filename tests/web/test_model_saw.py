"""What the model saw of a customer: asked for when somebody opens it."""

import re
from typing import Any

import numpy as np
import pytest
from django.test import Client

from weixi.analytics.boosting import fit_boosted
from weixi.core.clock import today
from weixi.core.runs import RunContext
from weixi.predict.explaining import keep_seen
from weixi.predict.features import NAMES, Known
from weixi.predict.models import Score

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true", **EN}
SINCE = NAMES.index("days_since")


@pytest.fixture
def gone(customer: Any) -> Any:
    """Risk by trees that know one thing: who has not bought for 100 days is lost."""
    made = customer("Ana")
    matrix = np.zeros((400, len(NAMES)), dtype=np.float32)
    matrix[:, SINCE] = np.arange(400) / 2
    trees = fit_boosted(matrix, (matrix[:, SINCE] > 100).astype(float), NAMES)
    seen = Known(today(), np.array([made.pk]), matrix[[390]])
    keep_seen(RunContext(1, today(), "duckdb"), seen, trees)
    Score.objects.create(customer=made, as_of=today(), horizon_days=90, churn_risk=0.95)
    return made


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def test_the_page_asks_for_it_only_when_it_is_opened(signed_in: Any, gone: Any) -> None:
    browser: Client = signed_in("admin")
    page = browser.get(f"/customers/{gone.pk}", **EN)
    assert f'hx-get="/customers/{gone.pk}/model-saw" hx-trigger="toggle once"' in (
        page.content.decode()
    )
    assert "195 days since the last purchase" not in words(page.content)

    opened = browser.get(f"/customers/{gone.pk}/model-saw", **HTMX)
    assert b"raises the risk" in opened.content
    assert "195 days since the last purchase" in words(opened.content)
    assert b"<html" not in opened.content
    assert b"<html" in browser.get(f"/customers/{gone.pk}/model-saw", **EN).content


def test_who_was_not_seen_by_the_trees_is_told_so(signed_in: Any, gone: Any, customer: Any) -> None:
    Score.objects.create(customer=customer("Bo"), as_of=today(), horizon_days=90, churn_risk=0.3)
    bo = Score.objects.order_by("-pk").first()
    assert bo is not None
    opened = signed_in("admin").get(f"/customers/{bo.pk}/model-saw", **HTMX)
    assert "Nothing stands out" in words(opened.content)
