"""Tables and models agree, and every migration says what it does."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_differs_from_its_migrations():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_have_names_that_people_gave():
    automatic = re.compile(r"\d{4}_(auto_|.*_and_more$|initial$)")
    files = Path("src/weixi").rglob("migrations/[0-9]*.py")
    assert [str(file) for file in files if automatic.match(file.stem)] == []
