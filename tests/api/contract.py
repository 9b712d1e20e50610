"""One case of the contract, sent to the application itself and judged."""

from collections.abc import Sequence
from typing import Any

from weixi.config.wsgi import application


def judged(case: Any, token: str, checks: Sequence[Any]) -> None:
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept-Language": "en",
        "Accept-Encoding": "identity",  # the client of the tests unpacks nothing
    }
    response = case.call(app=application, headers=headers, base_url="http://localhost")
    case.validate_response(response, checks=checks)
