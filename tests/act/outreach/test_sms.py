"""Short messages over HTTP, against a real server; and where calls to others may not lead."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from weixi.act.outreach.handing import Accepted, Later, Parcel, Refused, Unsure
from weixi.act.outreach.sms_way import SmsWay
from weixi.core import outgoing

PARCEL = Parcel("id-1", "13800000001", "", '您好 "王芳"')
JSON_BODY = '{"to": "{phone}", "text": "{text}", "ref": "{id}"}'


class Gateway(BaseHTTPRequestHandler):
    status, seen, drips = 200, [], False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).seen.append((self.headers, body))
        if self.drips:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"x")
            threading.Event().wait(0.6)
            return
        if self.status == 0:
            self.connection.close()
            return
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway():
    kind = type("Own", (Gateway,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    # Looks often whether it shall stop: half a second a test otherwise.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield kind, f"http://127.0.0.1:{server.server_port}/send?v=1"
    server.shutdown()
    server.server_close()


def test_the_gateway_gets_json_with_the_same_id_at_every_attempt(gateway):
    kind, url = gateway
    way = SmsWay(url, "secret", JSON_BODY)
    assert [way.hand_over(PARCEL) for _ in range(2)] == [Accepted(), Accepted()]
    headers, body = kind.seen[0]
    assert json.loads(body) == {"to": "13800000001", "text": '您好 "王芳"', "ref": "id-1"}
    assert headers["Authorization"] == "Bearer secret"
    assert {h["Idempotency-Key"] for h, _ in kind.seen} == {"id-1"}


def test_a_form_is_escaped(gateway):
    kind, url = gateway
    SmsWay(url, "", "to={phone}&text={text}").hand_over(PARCEL)
    assert kind.seen[0][1].startswith("to=13800000001&text=%E6%82%A8")


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, Accepted()), (400, Refused("HTTP 400")), (429, Later("HTTP 429")),
     (302, Later("HTTP 302")), (500, Later("HTTP 500")), (504, Unsure("HTTP 504"))],
)  # fmt: skip
def test_what_an_answer_means(gateway, status, said):
    kind, url = gateway
    kind.status = status
    assert SmsWay(url, "", JSON_BODY).hand_over(PARCEL) == said


def test_no_answer_after_sending_is_unsure_and_no_connection_is_later(gateway):
    kind, url = gateway
    kind.status = 0
    assert isinstance(SmsWay(url, "", JSON_BODY).hand_over(PARCEL), Unsure)
    away = SmsWay("http://127.0.0.1:9/", "", JSON_BODY)
    assert isinstance(away.hand_over(PARCEL), Later)


def test_an_answer_that_drips_for_ever_is_cut(gateway):
    kind, url = gateway
    kind.drips = True
    began = time.monotonic()
    with pytest.raises(outgoing.NoAnswer):
        outgoing.post(url, b"x", headers={}, may_be_private=True, seconds=0.3)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/x",
     "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
     "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://100.64.0.1/",
     "https://user@8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "https://2130706433/",
     "https:///x"],
)  # fmt: skip
def test_an_address_typed_on_a_page_never_leads_into_our_own_network(url):
    with pytest.raises((outgoing.Forbidden, outgoing.NotReached)):
        outgoing.check(url)


def test_a_public_address_may_be_called():
    outgoing.check("https://8.8.8.8/hook")
