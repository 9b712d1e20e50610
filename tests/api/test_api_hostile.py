"""S-05: what the contract forbids is refused, by every operation, in every form of wrong."""

from typing import Any

import pytest
import schemathesis
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

from tests.api.contract import judged
from weixi.api.urls import api

pytestmark = pytest.mark.nightly

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


@schema.parametrize()
@settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_the_contract_forbids_is_refused(case: Any, admin_token: str) -> None:
    judged(case, admin_token, CHECKS)
