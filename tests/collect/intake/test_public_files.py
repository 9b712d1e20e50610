"""The public files come in with one command each, and their sums are the file's own."""

from pathlib import Path

import pytest
from django.db.models import Count, Sum

from tests.collect.intake.files import counts, take
from weixi.collect.customers.models import Customer
from weixi.collect.intake.actions import undo
from weixi.collect.orders.models import Order, OrderLine
from weixi.core import clock
from weixi.core.actor import SYSTEM

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[4] / "shared/data"


@pytest.fixture
def public() -> Path:
    if not DATA.exists():
        pytest.skip("public data set not present")
    return DATA


@pytest.mark.shared_data
def test_online_retail_is_whole(db: None, public: Path) -> None:
    path = public / "online_retail/online_retail.parquet"
    report = take("orders", path, preset="online-retail")
    assert (counts(report), report.anonymous) == ((541_909, 0, 0, 0), 135_080)
    assert Customer.objects.count() == 4_372
    kinds = OrderLine.objects.values_list("kind").annotate(lines=Count("pk"))
    assert dict(kinds) == {"sale": 531_283, "return": 10_624, "adjustment": 2}
    # The sum of the file is 9,747,747.934; that of lines rounded to the cent is this.
    assert Order.objects.aggregate(amount=Sum("amount"))["amount"] == 974_774_793
    again = take("orders", path, preset="online-retail")
    assert counts(again) == (0, 0, 541_909, 0)


@pytest.mark.shared_data
def test_cdnow_is_whole_and_can_be_undone(db: None, public: Path) -> None:
    report = take("orders", public / "cdnow/CDNOW_master.txt", preset="cdnow")
    assert counts(report) == (69_659, 0, 0, 0)
    assert Customer.objects.count() == 23_570
    assert Order.objects.aggregate(amount=Sum("amount"))["amount"] == 250_031_563
    undo(report.import_id or 0, by=SYSTEM, at=clock.now())
    assert not Customer.objects.exists()
    assert not Order.objects.exists()


@pytest.mark.shared_data
def test_the_sample_of_cdnow_has_no_header_and_one_column_more(db: None, public: Path) -> None:
    report = take("orders", public / "cdnow/CDNOW_sample.txt", preset="cdnow")
    assert counts(report) == (6_919, 0, 0, 0)
    assert Customer.objects.count() == 2_357
