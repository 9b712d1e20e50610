"""Returned mail: read as servers write it, marked once, and the address used no more."""

import pytest

from tests.act.outreach.test_sending import sender, written  # noqa: F401
from tests.act.outreach.ways import Kept
from tests.moments import NOON
from weixi.act.outreach.bounce_rules import Returned, returned
from weixi.act.outreach.bounces import take_bounce
from weixi.act.outreach.queries import may_contact
from weixi.core.actor import COMMAND_LINE

REPORT = """\
From: MAILER-DAEMON@mx.example.com
To: bounces@example.com
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; c1@example.com
Action: {action}
Status: {status}

--b
Content-Type: {kind}

From: care@example.com
Message-ID: <{identity}@example.com>
Subject: hello

text
--b--
"""


def report(identity="0123456789abcdef", status="5.1.1", action="failed", kind="message/rfc822"):
    text = REPORT.format(identity=identity, status=status, action=action, kind=kind)
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_message_and_reason(kind):
    assert returned(report(kind=kind)) == Returned("0123456789abcdef", "5.1.1", True)


@pytest.mark.parametrize(
    ("status", "action", "is_address"),
    [("5.1.1", "failed", True), ("5.2.1", "failed", True), ("5.2.2", "failed", False),
     ("5.7.1", "failed", False), ("4.4.1", "delayed", False)],
)  # fmt: skip
def test_only_an_address_where_nobody_lives_is_stopped(status, action, is_address):
    assert returned(report(status=status, action=action)).is_address is is_address


@pytest.mark.parametrize("raw", [b"", b"Subject: holiday\r\n\r\nI am away", b"\xff" * 1_000])
def test_anything_else_is_no_report(raw):
    assert returned(raw) is None


@pytest.mark.django_db
def test_a_returned_message_is_marked_once_and_its_address_stopped(written):  # noqa: F811
    message = written()
    sender(Kept()).drain()
    raw = report(message.identity)
    said = [take_bounce(raw, by=COMMAND_LINE, at=NOON) for _ in range(2)]
    message.refresh_from_db()
    assert said == ["bounced", "known"]
    assert (message.state, message.problem) == ("bounced", "returned 5.1.1")
    verdict = may_contact(message.customer_id, channel="email", purpose="care", at=NOON)
    assert verdict.reason == "address_bounces"


@pytest.mark.django_db
def test_a_report_about_somebody_elses_message_changes_nothing():
    assert take_bounce(report("f" * 32), by=COMMAND_LINE, at=NOON) == "none"
