"""Foreign keys obey the flow too. Imports are checked by import-linter; the ORM is not."""

import tomllib
from pathlib import Path

from django.apps import apps

CONTRACTS = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FLOW = next(c["layers"] for c in CONTRACTS if c["id"] == "flow")  # highest first


def stage_of(model):
    """The package right under weixi, or None for Django's own models."""
    root, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if root == "weixi" else None


def height(stage):
    return -next(i for i, line in enumerate(FLOW) if stage in line.split(" | "))


def crossing_relations():
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and stage_of(model) and field.related_model:
                here, there = stage_of(model), stage_of(field.related_model)
                if there and here != there:
                    yield field, here, there


def test_there_are_relations_to_check():
    assert any(crossing_relations())


def test_foreign_keys_point_down_the_flow():
    upward = [str(f) for f, here, there in crossing_relations() if height(here) < height(there)]
    assert upward == []


def test_lower_stages_cannot_reach_back_up():
    """related_name="+" keeps `customer.snapshots` from existing."""
    reachable = [str(f) for f, *_ in crossing_relations() if not f.remote_field.hidden]
    assert reachable == []


def test_every_model_says_which_app_it_belongs_to():
    """Migrations and tables then do not depend on the folder the app lies in."""
    ours = [model for model in apps.get_models() if stage_of(model)]
    silent = [
        model.__name__
        for model in ours
        if f'app_label = "{model._meta.app_label}"'
        not in Path("src", *model.__module__.split(".")).with_suffix(".py").read_text()
    ]
    assert silent == []
