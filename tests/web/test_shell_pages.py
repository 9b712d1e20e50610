"""What every page is made of: headers, no inline code, words, figures."""

import gzip
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from tests.texts import templates
from weixi.web import drawings, wording

STATIC = Path("src/weixi/web/static/weixi")
INLINE = re.compile(
    r"""\sstyle=|<script(?![^>]*\ssrc=)|\son(?!e=)[a-z]+=|hx-on|javascript:|hx-vals=.js:"""
)


def rendered(text: str, **values: object) -> str:
    return Template(text).render(Context(values))


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


def test_no_template_holds_inline_style_or_script() -> None:
    """The content security policy would refuse it; the page would look or act broken."""
    found = [path.name for path in templates() if INLINE.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_pages_keep_nothing_in_the_browsers_storage() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    assert not re.search(r"localStorage|Storage\.set|indexedDB|document\.cookie", code)


def test_pages_are_not_cached_and_run_only_our_own_files(signed_in: Callable[..., Client]) -> None:
    answer = signed_in("admin").get("/settings/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    cookies = {name: morsel["httponly"] for name, morsel in answer.cookies.items()}
    assert all(cookies.values())


def test_the_frame_shows_only_what_exists_and_is_permitted(
    signed_in: Callable[..., Client],
) -> None:
    html = signed_in("auditor").get("/settings/").content.decode()
    assert 'href="/settings/system"' in html
    assert 'href="/settings/components"' not in html
    assert "/campaigns/" not in html


def test_the_system_page_answers_htmx_with_its_inside_only(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("admin")
    part = client.get("/settings/system", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "wx-stats" in part


def test_health_is_told_without_signing_in(a_stranger: Client) -> None:
    assert a_stranger.get("/healthz").content == b"ok\n"
    assert a_stranger.get("/readyz").content == b"ready\n"


def test_money_is_short_with_the_exact_amount_as_title() -> None:
    assert rendered("{{ 26400000|money }}") == (
        '<span class="wx-nw" title="¥264,000.00">¥264K</span>'
    )
    with translation.override("zh-hans"):
        assert "¥26.4 万" in rendered("{{ 26400000|money }}")
    assert rendered("{{ nothing|money_full }}", nothing=None) == "—"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ 12480|number }}", "12,480"),
        ("{{ 0.2264|percent }}", "22.6%"),
        ("{{ 0.42|percent:0 }}", "42%"),
        ("{{ minus|signed }}", "−64"),
        ("{{ plus|signed }}", "+148"),
        ("{{ nothing|percent }}", "—"),
    ],
)
def test_figures_have_thousands_signs_and_a_dash_for_none(text: str, shown: str) -> None:
    assert rendered(text, minus=-64, plus=148, nothing=None) == shown


def test_a_change_says_its_direction_in_three_ways() -> None:
    html = rendered("{% change -64 %}")
    assert "wx-worse" in html
    assert "i-arrow-down-right" in html
    assert "−64" in html
    assert "worse" in html
    assert "wx-better" in rendered('{% change -21 good="down" %}')
    assert "±0" in rendered("{% change 0 %}")


def test_what_people_typed_is_escaped_in_every_tag() -> None:
    bad = '"><script>x</script>'
    for tag in (
        "{% chip bad %}",
        '{% chip "a" note=bad %}',
        "{% tag bad %}",
        '{% tier "gold" bad %}',
        '{% cause "ours" bad %}',
        "{% unknown bad %}",
        "{% figure bad bad bad %}",
        "{% bar 1 2 bad %}",
        "{% spark points bad %}",
        "{% icon 'x' bad %}",
    ):
        assert "<script>" not in rendered(tag, bad=bad, points=[1, 2])


NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=30), "2026-10-22"),
    ],
)
def test_time_passed_is_told_in_the_largest_unit(passed: timedelta, words: str) -> None:
    assert wording.ago(NOW - passed, NOW) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 18), "Overdue 3 days"),
        (date(2026, 11, 20), "Overdue 1 day"),
        (date(2026, 11, 21), "Today"),
        (date(2026, 11, 22), "Tomorrow"),
        (date(2026, 11, 30), "2026-11-30"),
    ],
)
def test_a_due_day_is_told_from_today(due: date, words: str) -> None:
    assert wording.due_day(due, date(2026, 11, 21)) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=80), "1 h 20 min left"),
        (timedelta(hours=32), "1 d 8 h left"),
        (timedelta(days=2), "2 d left"),
        (timedelta(minutes=-35), "Overdue 35 min"),
    ],
)
def test_a_clock_tells_two_units(left: timedelta, words: str) -> None:
    assert wording.due_moment(NOW + left, NOW) == words


def test_moments_are_told_in_the_companys_time_zone() -> None:
    assert wording.moment(NOW) == "2026-11-21 14:00"


def test_a_spark_line_fills_its_box() -> None:
    drawn = drawings.spark([0, 5, 10])
    assert drawn.points == "3.0,21.0 42.0,12.0 81.0,3.0"
    assert (drawn.end_x, drawn.end_y) == (81.0, 3.0)


def test_a_spark_line_below_zero_stays_in_its_box() -> None:
    """A month of returns: 24 high with 3 of edge, so −5 lies at 21, 15 at 3, zero between."""
    assert drawings.spark([0, -5, 15]).points == "3.0,16.5 42.0,21.0 81.0,3.0"


def test_a_spark_line_of_nothing_lies_on_the_ground() -> None:
    assert drawings.spark([]).points == ""
    assert drawings.spark([0, 0]).points == "3.0,21.0 81.0,21.0"


def test_rhythm_places_purchases_expectation_and_days_past() -> None:
    """Span: 365 days back, 42 ahead = 407 days on 876 units; 365 days are 785.6 units."""
    drawn = drawings.rhythm(
        [drawings.Purchase(date(2026, 1, 1), 100), drawings.Purchase(date(2024, 1, 1), 100)],
        as_of=date(2026, 11, 21),
        due_from=date(2026, 10, 20),
        due_to=date(2026, 10, 31),
    )
    assert [stroke.day for stroke in drawn.strokes] == [date(2026, 1, 1)]
    assert drawn.now_x == pytest.approx(12 + 876 * 365 / 407, abs=0.1)
    assert drawn.late_days == 21
    assert drawn.due_width == pytest.approx(876 * 11 / 407, abs=0.2)
    assert drawn.late_width == pytest.approx(876 * 21 / 407, abs=0.2)
    assert not drawn.is_ahead


def test_a_span_that_begins_after_today_gives_way_to_the_label_of_today() -> None:
    drawn = drawings.rhythm(
        [], as_of=date(2026, 11, 26), due_from=date(2026, 12, 7), due_to=date(2027, 1, 14)
    )
    assert drawn.is_ahead


def test_rhythm_without_an_expectation_claims_nothing() -> None:
    drawn = drawings.rhythm([], as_of=date(2026, 11, 21))
    assert (drawn.strokes, drawn.due_x, drawn.late_days, drawn.late_width) == ([], None, 0, 0.0)


@pytest.mark.parametrize(("share", "step"), [(0, 0), (0.01, 1), (0.5, 3), (0.99, 6), (1, 6)])
def test_shades_rise_in_equal_steps(share: float, step: int) -> None:
    assert drawings.shade(share, 1) == step


def test_a_page_weighs_little_on_the_first_visit() -> None:
    """Compressed bytes of everything a page loads, without its own stylesheet: ≤ 150 kB."""
    head = Path("src/weixi/web/templates/components/head.html").read_text(encoding="utf-8")
    files = re.findall(r"{% static '([^']+)' %}", head)
    files += [f"weixi/{path.name}" for path in STATIC.glob("*.js")] + ["vendor/icons.svg"]
    folder = STATIC.parent
    weight = {name: len(gzip.compress((folder / name).read_bytes())) for name in set(files)}
    assert sum(weight.values()) < 150_000, weight
    assert len([name for name in files if name.endswith(".css")]) <= 6


def test_pages_travel_packed_to_browsers_that_can_unpack(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("admin")
    plain = client.get("/settings/components")
    packed = client.get("/settings/components", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 4
    assert b"</html>" in gzip.decompress(packed.content)
