"""The playbooks of a new installation, from shipped/*.json. People change them afterwards."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("shipped")
SHIPPED: tuple[dict[str, Any], ...] = tuple(
    json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))
)
BY_CODE = {one["code"]: one for one in SHIPPED}
