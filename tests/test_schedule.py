"""What runs when."""

from weixi import schedule


def test_the_nightly_refresh_runs_when_the_operator_says(settings):
    settings.REFRESH_AT = "02:30"

    assert dict(schedule.timetable())["refresh"] == "30 2 * * *"


def test_everything_on_the_timetable_has_its_function():
    assert {timed.name for timed in schedule.timetable()} <= set(schedule.HANDLERS)
