"""The schemes of a new installation, from schemes/*.json. People change them afterwards."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("schemes")


@dataclass(frozen=True)
class ShippedScheme:
    code: str
    kind: str
    name_zh: str
    name_en: str
    definition: dict[str, Any]


SHIPPED = tuple(
    ShippedScheme(**json.loads(file.read_text(encoding="utf-8")))
    for file in sorted(FOLDER.glob("*.json"))
)
BY_CODE = {scheme.code: scheme for scheme in SHIPPED}
