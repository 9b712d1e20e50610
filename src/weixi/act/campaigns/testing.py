"""The campaign sent to oneself, as the first customer would read it, nobody's name in it."""

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.staff.queries import email_of

from .queries import get, previews


def send_test(campaign_id: int, *, by: Actor) -> str:
    """Every channel of it by e-mail; returns the address. Counts as no contact with anybody."""
    by.need("campaigns.edit")
    campaign = get(by, campaign_id)
    to = email_of(by)
    if not to:
        raise RuleBroken(_("Your account has no e-mail address to send the test to."))
    shown = {one.channel: one for one in previews(by, campaign)}
    if not shown:
        raise RuleBroken(_("Count the reach first: there is nobody to show it for."))
    for one in shown.values():
        subject = _("[Test] {subject}").format(subject=one.subject or campaign.name)
        EmailMessage(subject=subject, body=one.body, to=[to]).send()
    return to
