"""What was foreseen when a campaign was approved: kept, to stand beside what came of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from weixi.core.actor import SYSTEM

from .models import Campaign
from .power import power_of
from .queries import channel_lines, goals


@dataclass(frozen=True)
class Response:
    """Buyers expected among those who receive it, with the range that holds in 95 of 100 cases;
    `campaigns`: how many similar ones told it."""

    buyers: int
    low: int
    high: int
    campaigns: int


@dataclass(frozen=True)
class Foreseen:
    """Shares 0–1, money in minor units. `found`: the smallest rise of buying again that the control
    group can show; `base`, `rise`: what the goal says. None: it could not be told."""

    receives: int
    held_out: int
    cost: int
    found: float | None = None
    base: float | None = None
    rise: float | None = None
    response: Response | None = None


def foreseen_now(campaign: Campaign, response: Response | None) -> dict[str, Any]:
    """As it is kept, from the reach that was submitted."""
    receives, held_out = campaign.estimate["receives"], campaign.estimate["held_out"]
    power = power_of(receives, held_out, goals(campaign))
    return asdict(
        Foreseen(
            receives=receives,
            held_out=held_out,
            cost=sum(line.cost for line in channel_lines(SYSTEM, campaign)),
            found=power.found if power else None,
            base=power.base if power else None,
            rise=power.rise if power else None,
            response=response,
        )
    )


def foreseen_of(campaign: Campaign) -> Foreseen | None:
    """None: not approved, or approved before this was kept."""
    kept: Mapping[str, Any] = campaign.foreseen
    if not kept:
        return None
    response = kept["response"]
    return Foreseen(**{**kept, "response": Response(**response) if response else None})
