"""JSON with moments to the microsecond: ninja's own cuts them, and `seen` must come back whole."""

from datetime import UTC, datetime
from typing import Any

from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder


class Encoder(NinjaJSONEncoder):
    def default(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return super().default(value)


class Renderer(JSONRenderer):
    encoder_class = Encoder
