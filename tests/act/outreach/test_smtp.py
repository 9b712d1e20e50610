"""Against a real SMTP server in another process."""

import email
import json
import socket
import subprocess
import sys
from email import policy

import pytest

from weixi.act.outreach.handing import Accepted, Later, Parcel, Refused, Unsure
from weixi.act.outreach.smtp_way import SmtpWay

pytestmark = pytest.mark.slow
SERVER = """
import asyncio, json, sys
from aiosmtpd.controller import Controller

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if address.startswith("full"):
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.7.1 rejected"
        if envelope.rcpt_tos[0].startswith("hang"):
            server.transport.abort()
            return "250 never heard"
        text = envelope.content.decode("utf-8", "replace")
        print(json.dumps([envelope.mail_from, envelope.rcpt_tos, text]), flush=True)
        return "250 OK"

controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout.readline() == "ready\n"
    yield child, f"smtp://127.0.0.1:{port}"
    child.stdin.close()
    child.wait(10)
    child.stdout.close()


@pytest.fixture
def way(server):
    made = SmtpWay(server[1], "care@example.com", "维系", "bounces@example.com")
    yield made
    made.close()


def handed(way, to="ana@example.com", **fields):
    values = {"id": "i1", "address": to, "subject": "生日快乐", "text": "您好！\n.一行", **fields}
    with way.opened():
        return way.hand_over(Parcel(**values))


def test_a_mail_arrives_as_it_was_written(server, way):
    link = "https://care.example.com/u/1.abc"
    assert handed(way, unsubscribe=link) == Accepted()
    sender, to, text = json.loads(server[0].stdout.readline())
    mail = email.message_from_string(text, policy=policy.default)
    assert (sender, to) == ("bounces@example.com", ["ana@example.com"])
    assert mail["Subject"] == "生日快乐"
    assert mail["From"] == "维系 <care@example.com>"
    assert mail["Message-ID"] == "<i1@example.com>"
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_content().splitlines() == ["您好！", ".一行"]


def test_no_such_user_is_an_address_that_bounces(way):
    assert handed(way, "nobody@example.com") == Refused("SMTP 550 5.1.1", is_address=True)


def test_a_full_mailbox_is_tried_later(way):
    assert handed(way, "full@example.com") == Later("SMTP 452 4.2.2")


def test_refused_wording_says_nothing_about_the_address(way):
    assert handed(way, "spam@example.com") == Refused("SMTP 554 5.7.1")


def test_a_connection_that_breaks_after_the_text_leaves_us_unsure(way):
    assert isinstance(handed(way, "hang@example.com"), Unsure)


def test_after_a_refusal_the_next_one_goes_through(server, way):
    handed(way, "nobody@example.com")
    assert handed(way) == Accepted()
    server[0].stdout.readline()


def test_nobody_listening_is_later_and_not_unsure():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert isinstance(handed(SmtpWay(f"smtp://127.0.0.1:{port}", "a@b.cn", "", "a@b.cn")), Later)
