"""Every answer is what the contract says. Of its own: reading the contract takes seconds.

On SQLite also what the contract forbids; it is refused before a database is asked, which is why
PostgreSQL is sent only what the contract allows.
"""

from typing import Any

import pytest
import schemathesis
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.contract import judged
from weixi.api.urls import api

pytestmark = pytest.mark.slow

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema(path_prefix="api/v1")))
if connection.vendor != "sqlite":
    schema.config.generation.modes = [GenerationMode.POSITIVE]


@schema.parametrize()
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_keeps_the_contract(case: Any, admin_token: str) -> None:
    judged(case, admin_token, CHECKS)
