"""The import wizard: columns, faults counted and repaired, in the background, rejects, undo."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from weixi.collect.customers.models import Customer
from weixi.collect.intake.models import ImportBatch
from weixi.collect.intake.staging import staged_folder
from weixi.core import jobs
from weixi.core.clock import now
from weixi.core.working import Worker
from weixi.schedule import HANDLERS
from weixi.staff.models import Role

pytestmark = pytest.mark.slow

ENGLISH = {"Accept-Language": "en"}
HEADER = ["客户编号", "姓名", "手机", "生日", "城市", "暗号"]
ROWS = 1_000
FAULTS = 37


@pytest.fixture
def chief(signed_in: Callable[..., Client], team: Any) -> Client:
    return signed_in("supervisor", team=team("north"))


def the_rows(n: int = 20) -> list[list[str]]:
    return [
        [f"C{i:04d}", f"客户{i}", f"139{i:08d}", f"1980-{i % 12 + 1:02d}-01", "上海", "x"]
        for i in range(n)
    ]


def spoiled(rows: list[list[str]], faults: int) -> list[list[str]]:
    """Every kind of fault in turn, each in a row of its own."""
    spoils = ((2, "1391291"), (3, "1980-13-40"), (0, ""), (1, ""), (3, "2190-01-01"))
    for n in range(faults):
        place, text = spoils[n % len(spoils)]
        rows[n * 7 + 3][place] = text
    return rows


def file_of(rows: list[list[str]], *, encoding: str = "utf-8") -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return SimpleUploadedFile("客户.csv", out.getvalue().encode(encoding))


def uploaded(client: Client, file: SimpleUploadedFile, kind: str = "customers") -> str:
    """The address of the staged upload, without its last step."""
    answer = client.post("/import/upload", {"kind": kind, "file": file}, headers=ENGLISH)
    assert answer.status_code == 302, answer.content.decode()[-500:]
    return answer.headers["Location"].removesuffix("/columns")


def chosen(client: Client, staged: str) -> dict[str, str]:
    """What the selects of the page say."""
    html = client.get(f"{staged}/columns", headers=ENGLISH).content.decode()
    found = {}
    for name, options in re.findall(r'<select[^>]*name="(c\d+)"(.*?)</select>', html, re.DOTALL):
        picked = re.search(r'value="(\w+)" selected', options)
        found[name] = picked[1] if picked else ""
    return found


def checked(client: Client, file: SimpleUploadedFile) -> str:
    staged = uploaded(client, file)
    assert client.post(f"{staged}/columns", chosen(client, staged)).status_code == 302
    return staged


def counts(html: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r'wx-big">([\d,]+)<', html)]


def page(client: Client, url: str) -> str:
    return client.get(url, headers=ENGLISH).content.decode()


def work() -> None:
    held = jobs.claim("test")
    assert held is not None
    Worker(HANDLERS, now, ZoneInfo("Asia/Shanghai")).run_one(held)


# ── Upload and columns ──────────────────────────────────────────────────────


def test_columns_are_guessed_by_their_names_and_samples_are_masked(chief: Client) -> None:
    staged = uploaded(chief, file_of(the_rows()))
    assert list(chosen(chief, staged).values()) == [
        "customer_id", "name", "phone", "birthday", "city", "",
    ]  # fmt: skip
    html = page(chief, f"{staged}/columns")
    assert "139****0001" in html
    assert "13900000001" not in html


def test_gb18030_is_read(chief: Client) -> None:
    staged = checked(chief, file_of(the_rows(), encoding="gb18030"))
    assert counts(page(chief, f"{staged}/check")) == [20, 0, 0, 0]


def test_a_field_the_role_may_not_write_is_locked(chief: Client, signed_in: Any) -> None:
    role = Role.objects.get(code="supervisor")
    role.permissions = [name for name in role.permissions if name != "customers.assign"]
    role.save()
    staged = uploaded(chief, file_of(the_rows()))
    assert re.search(r'value="owner" disabled', page(chief, f"{staged}/columns"))
    answer = chief.post(f"{staged}/columns", chosen(chief, staged) | {"c5": "owner"})
    assert answer.status_code == 403


def test_a_missing_needed_field_is_named(chief: Client) -> None:
    staged = uploaded(chief, file_of(the_rows()))
    answer = chief.post(f"{staged}/columns", chosen(chief, staged) | {"c0": ""}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Choose the column for" in answer.content.decode()


def test_the_choice_is_remembered_for_the_same_header(chief: Client) -> None:
    staged = uploaded(chief, file_of(the_rows()))
    told = chosen(chief, staged) | {"c4": "source", "c5": "city"}
    chief.post(f"{staged}/columns", told)
    chief.post(f"{staged}/start")
    work()
    again = uploaded(chief, file_of(the_rows(3)))
    assert chosen(chief, again) == told


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 no workbook"])
def test_a_file_that_is_no_table_leaves_nothing_behind(content: bytes, chief: Client) -> None:
    told = {"kind": "customers", "file": SimpleUploadedFile("a.csv", content)}
    assert chief.post("/import/upload", told).status_code in {302, 422}
    assert list(staged_folder().glob("*.data")) == []


# ── Check and repair ────────────────────────────────────────────────────────


def test_a_thousand_rows_with_thirty_seven_faults_list_thirty_seven(chief: Client) -> None:
    staged = checked(chief, file_of(spoiled(the_rows(ROWS), FAULTS)))
    html = page(chief, f"{staged}/check")
    assert counts(html) == [ROWS - FAULTS, 0, 0, FAULTS]
    assert "Of 1,000 rows 963 can be imported, 37 need a change" in html
    lines = [int(n) for n in re.findall(r'name="line" value="(\d+)"', html)]
    assert lines == [n * 7 + 5 for n in range(FAULTS)]
    assert "Import the 963 right rows only" in html
    assert "Cancel everything" in html
    assert not Customer.objects.exists()


def test_a_repaired_cell_is_checked_alone_and_the_counts_follow(chief: Client) -> None:
    staged = checked(chief, file_of(spoiled(the_rows(20), 2)))
    assert counts(page(chief, f"{staged}/check")) == [18, 0, 0, 2]
    fix = {"line": "5", "column": "手机", "text": "139 1234 5678"}
    assert counts(chief.post(f"{staged}/repair", fix).content.decode()) == [19, 0, 0, 1]
    wrong = {"line": "12", "column": "生日", "text": "1980-99-99"}
    html = chief.post(f"{staged}/repair", wrong).content.decode()
    assert counts(html) == [19, 0, 0, 1]
    assert 'aria-invalid="true"' in html
    chief.post(f"{staged}/start")
    work()
    found = Customer.objects.get(number="C0003")
    assert found.name == "客户3"
    assert Customer.objects.count() == 19


def test_before_and_after_stand_beside_each_other(
    chief: Client, customer: Any, a_team: Any
) -> None:
    customer("客户1", number="C0001", city="北京", team=a_team)
    staged = checked(chief, file_of(the_rows()))
    html = page(chief, f"{staged}/check")
    assert counts(html) == [19, 1, 0, 0]
    assert "<del" in html
    assert "北京" in html


# ── Background, result, undo ────────────────────────────────────────────────


@pytest.fixture
def imported(chief: Client) -> ImportBatch:
    staged = checked(chief, file_of(spoiled(the_rows(20), 2)))
    chief.post(f"{staged}/start")
    assert "Waiting for a worker" in page(chief, f"{staged}/progress")
    assert "Running" in page(chief, "/import/")
    work()
    answer = chief.get(f"{staged}/progress")
    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == f"/import/{batch.pk}"
    return batch


def test_the_result_shows_counts_and_masked_rejects(imported: ImportBatch, chief: Client) -> None:
    html = page(chief, f"/import/{imported.pk}")
    assert counts(html) == [20, 18, 0, 0, 2]
    assert "1391291" not in html
    assert list(staged_folder().glob("*.data")) == []


def test_the_rejects_file_is_imported_as_it_is(imported: ImportBatch, chief: Client) -> None:
    answer: Any = chief.get(f"/import/{imported.pk}/rejects")
    content = b"".join(answer).decode("utf-8-sig").replace("1391291", "13912345678")
    file = SimpleUploadedFile("again.csv", content.replace("1980-13-40", "1980-12-04").encode())
    staged = checked(chief, file)
    assert counts(page(chief, f"{staged}/check")) == [2, 0, 0, 0]


def test_undo_leaves_nothing(imported: ImportBatch, chief: Client) -> None:
    assert Customer.objects.count() == 18
    assert chief.post(f"/import/{imported.pk}/undo").status_code == 302
    assert not Customer.objects.exists()
    assert "Undone at" in page(chief, f"/import/{imported.pk}")
    assert chief.post(f"/import/{imported.pk}/undo").status_code == 422


def test_undoing_many_asks_for_the_number(chief: Client) -> None:
    staged = checked(chief, file_of(the_rows(120)))
    chief.post(f"{staged}/start")
    work()
    batch = ImportBatch.objects.get()
    assert chief.post(f"/import/{batch.pk}/undo").status_code == 422
    assert Customer.objects.count() == 120
    assert chief.post(f"/import/{batch.pk}/undo", {"typed": "120"}).status_code == 302
    assert not Customer.objects.exists()


def test_starting_twice_is_one_import(chief: Client) -> None:
    staged = checked(chief, file_of(the_rows()))
    chief.post(f"{staged}/start")
    chief.post(f"{staged}/start")
    work()
    assert jobs.claim("test") is None
    assert ImportBatch.objects.count() == 1


def test_cancelling_everything_writes_nothing(chief: Client) -> None:
    staged = checked(chief, file_of(the_rows()))
    assert chief.post(f"{staged}/discard").status_code == 302
    assert not Customer.objects.exists()
    assert list(staged_folder().glob("*")) == []


# ── Others ──────────────────────────────────────────────────────────────────


def test_somebody_elses_upload_is_not_there(chief: Client, signed_in: Any) -> None:
    staged = checked(chief, file_of(the_rows()))
    other = signed_in("supervisor")
    for step in ("columns", "check", "progress"):
        assert other.get(f"{staged}/{step}").status_code == 404
    for step in ("repair", "start", "discard"):
        assert other.post(f"{staged}/{step}").status_code == 404


def test_somebody_elses_import_is_not_there(imported: ImportBatch, signed_in: Any) -> None:
    other = signed_in("supervisor")
    for step in ("", "/rejects"):
        assert other.get(f"/import/{imported.pk}{step}").status_code == 404
    assert other.post(f"/import/{imported.pk}/undo").status_code == 404
    assert Customer.objects.count() == 18


@pytest.mark.parametrize("token", ["..", "a" * 32, "../../secret", "A" * 32])
def test_a_made_up_token_is_not_found(token: str, chief: Client) -> None:
    assert chief.get(f"/import/staged/{token}/check").status_code == 404


# ── The reasons, in the language of who reads ───────────────────────────────

NEEDED = {"en": "This is needed and is missing.", "zh-hans": "此项必填，当前为空"}


def in_both(client: Client, url: str) -> dict[str, str]:
    found = {}
    for language in NEEDED:
        client.cookies["wx-language"] = language
        answer: Any = client.get(url)
        body = b"".join(answer) if answer.streaming else answer.content
        found[language] = body.decode("utf-8-sig")
    return found


def test_reasons_are_read_in_the_language_of_who_reads_whoever_tried(
    chief: Client, settings: Any
) -> None:
    """Tried and taken in by a worker, whose language is Chinese; looked at in both."""
    rows = the_rows()
    rows[3][0], rows[5][3] = "", "2190-01-01"
    staged = checked(chief, file_of(rows))
    for language, html in in_both(chief, f"{staged}/check").items():
        assert NEEDED[language] in html, language
    both = in_both(chief, f"{staged}/check")
    assert "The day lies in the future: 2190-01-01." in both["en"]
    assert "The day lies in the future" not in both["zh-hans"]
    fixed = {"line": "7", "column": "生日", "text": "2191-02-02"}  # still wrong
    chief.cookies["wx-language"] = "zh-hans"
    chief.post(f"{staged}/repair", fixed)
    assert "The day lies in the future: 2191-02-02." in in_both(chief, f"{staged}/check")["en"]
    chief.post(f"{staged}/start")
    work()
    batch = ImportBatch.objects.get()
    for url in (f"/import/{batch.pk}", f"/import/{batch.pk}/rejects"):
        for language, text in in_both(chief, url).items():
            assert NEEDED[language] in text, (url, language)
            assert '["' not in text, (url, language)


def test_a_rejects_file_in_either_language_is_imported_as_it_is(chief: Client) -> None:
    rows = the_rows()
    rows[3][1] = ""
    staged = checked(chief, file_of(rows))
    chief.post(f"{staged}/start")
    work()
    for text in in_both(chief, f"/import/{ImportBatch.objects.latest('pk').pk}/rejects").values():
        mended = text.replace("C0003,,", "C0003,客户3,")
        again = checked(chief, SimpleUploadedFile("again.csv", mended.encode("utf-8-sig")))
        assert counts(page(chief, f"{again}/check")) == [1, 0, 0, 0]
