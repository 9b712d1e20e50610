"""S-14, S-15: what every class of answer carries; what changes under HTTPS."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

ADDRESSES = (
    ("/settings/", 200), ("/sign-in", 302), ("/nothing/here", 404), ("/settings/system", 403),
    ("/sign-out", 405), ("/healthz", 200), ("/api/v1/customers", 401),
    ("/static/weixi/weixi.js", 200),
)  # fmt: skip
UNDER_HTTPS = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
call_command("migrate", verbosity=0)
client = Client()
from django.contrib.auth import get_user_model
get_user_model().objects.create_user("lin", password="secret")
plain, safe = client.get("/sign-in"), client.get("/sign-in", secure=True)
told = {"username": "lin", "password": "secret"}
inside = client.post("/sign-in", told, secure=True)
print(json.dumps({
    "to": plain["Location"],
    "transport": safe["Strict-Transport-Security"],
    "cookies": {n: [m["secure"], m["httponly"], m["samesite"], m["path"], m["domain"]]
                for n, m in inside.cookies.items()},
}))
"""


@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_every_class_of_answer_is_hardened(
    signed_in: Callable[..., Client], address: str, status: int
) -> None:
    answer = signed_in("agent").get(address)
    answer.close()
    assert answer.status_code == status
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    if not address.startswith("/static/"):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        for part in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert f"{part} 'none'" in policy


def test_an_answer_to_our_fault_is_hardened_too(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("admin")
    client.raise_request_exception = False
    monkeypatch.setattr("weixi.web.settings.views.recent_runs", lambda _limit: 1 / 0)
    answer = client.get("/settings/system")
    assert answer.status_code == 500
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.slow
def test_under_https_cookies_are_of_this_host_alone(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": "src", "WEIXI_HTTPS": "true",
        "WEIXI_HOSTS": "testserver", "WEIXI_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "weixi.config.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", UNDER_HTTPS], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["to"] == "https://testserver/sign-in"
    assert told["transport"] == "max-age=31536000; includeSubDomains; preload"
    own = [True, True, "Lax", "/", ""]
    assert told["cookies"] == {"__Host-session": own, "__Host-csrf": own}
