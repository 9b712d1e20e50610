"""Segments, reports, imports and settings in Chromium: keys, lists, repair in place, undo."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.web.company import found
from tests.web.test_import_wizard import FAULTS, HEADER, ROWS, spoiled, the_rows
from weixi.classify.models import Membership, Scheme
from weixi.collect.customers.models import Customer
from weixi.collect.customers.queries import find_by_identity
from weixi.core import jobs
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now
from weixi.core.working import Worker
from weixi.schedule import HANDLERS
from weixi.staff.models import Role

Open = Callable[..., Page]


@pytest.fixture
def company(customer: Any, team: Any) -> Any:
    return found(customer, team)


def test_the_definition_opens_in_a_dialog_and_gives_the_focus_back(
    company: Any, signed_in_page: Open
) -> None:
    page = signed_in_page("admin", language="en")
    page.goto("/segments/")
    opener = page.get_by_role("button", name="Definition and cut points")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_cells_of_a_matrix_are_reached_by_arrows(company: Any, signed_in_page: Open) -> None:
    scheme = Scheme.objects.get(code="credit_loyalty")
    Scheme.objects.filter(pk=scheme.pk).update(is_on=True)
    Scheme.objects.exclude(pk=scheme.pk).update(is_on=False)
    codes = [cell["code"] for cell in scheme.definition["cells"]]
    for code, one in zip(codes, company.customers.values(), strict=False):
        Membership.objects.create(customer=one, scheme=scheme, cell=code, since="2026-11-20")
    page = signed_in_page("admin", language="en")
    page.goto("/segments/credit_loyalty/")
    cells = page.locator('[role="grid"] a')
    expect(cells).to_have_count(4)
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cells.nth(3)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(cells.nth(2)).to_be_focused()


def test_the_effect_of_a_role_is_told_with_every_tick(signed_in_page: Open, person: Any) -> None:
    person("supervisor")
    page = signed_in_page("admin", language="en")
    page.goto("/settings/roles/supervisor")
    page.get_by_label("Export lists of customers").uncheck()
    expect(page.locator("#effect")).to_contain_text("1 person loses: Export lists of customers")
    assert "customers.export" in Role.objects.get(code="supervisor").permissions
    page.get_by_role("button", name="Save role").click()
    expect(page).to_have_url("/settings/roles")
    assert "customers.export" not in Role.objects.get(code="supervisor").permissions


def test_a_thousand_rows_with_37_faults_are_repaired_imported_left_found_and_undone(
    signed_in_page: Open, tmp_path: Path
) -> None:
    file = tmp_path / "客户.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *spoiled(the_rows(ROWS), FAULTS)])
    page = signed_in_page("admin", language="en")
    page.goto("/import/")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Check the rows").click()
    counted = page.get_by_role("heading", name="Of 1,000 rows 963 can be imported, 37 need")
    expect(counted).to_be_visible()
    expect(page.get_by_label("New value for line")).to_have_count(FAULTS)
    assert Customer.objects.count() == 0
    page.get_by_label(re.compile(r"New value for line 5\b")).fill("139 1234 5678")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="964 can be imported, 36 need")).to_be_visible()
    page.get_by_role("button", name="Import the 964 right rows only").click()
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    page.goto("/")  # leave …
    held = jobs.claim("test")
    assert held is not None
    Worker(HANDLERS, now, ZoneInfo("Asia/Shanghai")).run_one(held)
    page.goto("/import/")  # … and find it again
    page.get_by_role("link", name="客户.csv").click()
    assert Customer.objects.count() == 964
    [repaired] = find_by_identity(COMMAND_LINE, "phone", "13912345678")
    assert repaired.number == "C0003"
    page.get_by_label("Type 964, the number of rows").fill("964")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone at")).to_be_visible()
    assert Customer.objects.count() == 0
