"""What the generated OpenAPI document lacks: problems, the idempotency key, status codes."""

from typing import Any

from .idempotency import HEADER, KEY_LENGTH
from .problems import MEDIA_TYPE
from .shapes import Problem

PROBLEMS = {
    400: "The request could not be read",
    401: "No valid token",
    403: "The token lacks the scope",
    404: "Not there, or not within reach",
    405: "This address does not take this method",
    409: "Somebody else changed or holds it meanwhile",
    413: "Too large",
    422: "A value does not fit, or a rule forbids it",
    429: "Too many requests",
    500: "Our fault",
}
KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key and request again has no second effect and gets the same answer",
    "schema": {"type": "string", "maxLength": KEY_LENGTH, "pattern": "^[ -~]+$"},
}
WRITES = {"post", "patch", "put", "delete"}


def completed(document: Any) -> Any:
    document["components"].setdefault("schemas", {})["Problem"] = Problem.json_schema()
    for methods in document["paths"].values():
        for method, operation in methods.items():
            for status, meaning in PROBLEMS.items():
                operation["responses"][str(status)] = _problem(meaning)
            if method in WRITES:
                operation.setdefault("parameters", []).append(KEY)
    return document


def _problem(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": meaning, "content": {MEDIA_TYPE: {"schema": schema}}}
