"""The company's day of a moment: by addition where the zone is steady, by its calendar before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.measure.extract import local_day, steady_since

AS_OF = date(2026, 11, 20)
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "UTC",
    "Africa/Casablanca",
)


def test_china_has_had_one_offset_since_the_autumn_of_1991() -> None:
    assert steady_since(ZoneInfo("Asia/Shanghai"), AS_OF) == (date(1991, 9, 15), timedelta(hours=8))


def test_berlin_has_had_one_offset_since_the_last_sunday_of_october() -> None:
    assert steady_since(ZoneInfo("Europe/Berlin"), AS_OF) == (
        date(2026, 10, 26),
        timedelta(hours=1),
    )


@pytest.fixture(scope="module")
def lake() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@settings(deadline=None)
@given(
    moment=st.datetimes(datetime(1960, 1, 1), datetime(2026, 11, 21)).map(
        lambda one: one.replace(microsecond=0)
    ),
    zone=st.sampled_from(ZONES),
)
def test_the_day_is_the_one_on_the_wall_of_the_company(
    lake: duckdb.DuckDBPyConnection, moment: datetime, zone: str
) -> None:
    asked = local_day("moment", zone, AS_OF, "file")
    text = f"SELECT ({asked})::date FROM (SELECT TIMESTAMP '{moment}' AS moment)"

    there = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    assert lake.execute(text).fetchone() == (there,)
