"""S-05: what the contract forbids is refused, by every operation, in every form of wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from weixi.api.urls import api
from weixi.config.wsgi import application

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
)
schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema(path_prefix="api/v1")))
schema.config.generation.update(modes=[GenerationMode.NEGATIVE])


@pytest.fixture
def token(program: Any, channels: None, customer: Any) -> Iterator[str]:
    """The tests' connection is one transaction: it must outlive each request, as in Client."""
    customer("林晓燕")
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield program("admin").token
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.nightly
@schema.parametrize()
@settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_the_contract_forbids_is_refused(case: Any, token: str) -> None:
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept-Language": "en",
        "Accept-Encoding": "identity",
    }
    response = case.call(app=application, headers=headers, base_url="http://localhost")
    case.validate_response(response, checks=CHECKS)
