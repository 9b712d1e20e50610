"""Pages that read what a refresh wrote: cut to the reach as well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.access.conftest import TODAY
from tests.access.matrix import REACHES_ALL, ROLES
from tests.access.pages import PAGES
from tests.access.test_page_matrix import AFTER_A_REFRESH, Answer, call
from weixi import pipeline
from weixi.core.actor import SYSTEM
from weixi.web.access import routes

pytestmark = pytest.mark.slow

QUERIES = {
    "segment-bands": [{}],
    "segment-people": [
        {},
        {"bands": "0"},
        {"earlier": str(TODAY - timedelta(days=30)), "came": "", "went": ""},
    ],
    "segment": [{}],
    "report-customers": [{"figure": name} for name in ("all", "active", "lost", "at_risk", "care")],
    "reports": [{}],
    "cohorts": [{}],
    "models": [{}],
}


@pytest.fixture
def refreshed(transactional_db: None, company: Any) -> Any:
    for day in (TODAY - timedelta(days=30), TODAY):
        pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=datetime.now(UTC))
    return company


def asked(client: Any, name: str, query: dict[str, str], ids: Any) -> Answer:
    route = next(one for one in routes(("web",)) if one.name == f"web:{name}")
    entry = replace(PAGES[name], query=query)
    return call(client, "GET", route, entry, ids)


def test_pages_of_a_refresh_show_who_may_what_they_reach(
    refreshed: Any, signed_in: Any, team: Any
) -> None:
    """One refresh for all roles: it takes seconds."""
    assert set(QUERIES) >= AFTER_A_REFRESH
    for letter, role in ROLES.items():
        own = refreshed["north"]["owner"] if letter == "a" else None
        client = signed_in(role, user=own, team=team("north"))
        for name, queries in QUERIES.items():
            for query in queries:
                answer = asked(client, name, query, refreshed["south"])
                said = (letter, name, query, answer.status_code)
                expected = {200} if letter in PAGES[name].roles else {403}
                assert answer.status_code in expected, said
                if letter not in REACHES_ALL:
                    assert "canary-south" not in answer.text, said


def test_the_list_behind_a_figure_is_cut_to_the_reach(
    refreshed: Any, signed_in: Any, team: Any
) -> None:
    supervisor, analyst = (
        asked(signed_in(role, team=team("north")), "report-customers", {"figure": "all"}, {}).text
        for role in ("supervisor", "analyst")
    )
    assert "canary-north-1" in supervisor
    assert "canary-south-1" not in supervisor
    assert "canary-south-1" in analyst
