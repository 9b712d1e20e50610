"""Every setting of an operator: the WEIXI_… environment variables (docs/settings.md)."""

import re
from pathlib import Path
from typing import Self
from zoneinfo import available_timezones

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[3]
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
SHORTEST_KEY = 20
LONGEST_SESSION_HOURS = 168


class Environment(BaseSettings):
    """One field per variable: the field `engine` is the variable WEIXI_ENGINE."""

    model_config = SettingsConfigDict(env_prefix="WEIXI_", extra="ignore")

    var: Path = Field(PROJECT / "var", description="Folder of the files Weixi writes itself")
    database_url: str = Field("", description="Database address; empty: SQLite file in WEIXI_VAR")
    secret_key: str = Field("", description="Signs sessions; empty: made once, kept in WEIXI_VAR")
    data_keys: str = Field("", description="Keys of personal data, newest first, comma between")
    debug: bool = Field(False, description="Developer pages with tracebacks; never in production")
    hosts: str = Field("localhost,127.0.0.1,[::1]", description="Host names that may be served")
    https: bool = Field(False, description="Served over HTTPS: secure cookies, HSTS, redirect")
    engine: str = Field("duckdb", description="Columnar engine: duckdb or spark")
    spark_master: str = Field("local[2]", description="Spark master address")
    lake: str = Field("", description="Folder of the columnar history; empty: lake in WEIXI_VAR")
    email_url: str = Field("", description="SMTP address; empty: mail is written to WEIXI_VAR/mail")
    email_from: str = Field("weixi@localhost", description="Address that mail comes from")
    email_returns: str = Field("", description="Where bounces go; empty: WEIXI_EMAIL_FROM")
    public_url: str = Field("http://localhost:8000", description="Address of links in messages")
    sms_url: str = Field("", description="HTTP gateway of short messages; empty: to files")
    sms_token: str = Field("", description="Bearer token of the gateway")
    sms_body: str = Field(
        '{"phone": "{phone}", "text": "{text}", "id": "{id}"}',
        description="What the gateway gets: JSON, or a form such as to={phone}&text={text}",
    )
    session_idle_minutes: int = Field(30, description="A session ends after so long without use")
    session_hours: int = Field(12, description="A session ends so long after sign-in")
    time_zone: str = Field("Asia/Shanghai", description="Time zone of days and working hours")
    currency: str = Field("CNY", description="ISO 4217 code of the company's currency")
    metrics_token: str = Field("", description="Token for /metrics from other than loopback")
    refresh_at: str = Field("02:00", description="Local time of the nightly refresh")
    log_level: str = Field("INFO", description="Least level of log lines written")

    @model_validator(mode="after")
    def _is_safe_and_sound(self) -> Self:
        """Refuses to start rather than run in a way that nobody can have meant (S-16)."""
        for is_wrong, sentence in (*self._refusals(), *self._refused_lengths()):
            if is_wrong:
                raise ValueError(sentence)
        return self

    def _refusals(self) -> list[tuple[bool, str]]:
        others = sorted(set(self.hosts.split(",")) - LOOPBACK)
        keys = [self.secret_key, *self.data_keys.split(",")]
        return [
            (
                self.debug and bool(others),
                f"WEIXI_DEBUG must not be on while {', '.join(others)} is served",
            ),
            (
                any(0 < len(key) < SHORTEST_KEY for key in keys),
                f"WEIXI_SECRET_KEY and WEIXI_DATA_KEYS need {SHORTEST_KEY} characters or more",
            ),
            (
                not re.fullmatch(r"[^@\s]+@[^@\s]+", self.email_from),
                "WEIXI_EMAIL_FROM is an address such as care@company.com",
            ),
            (
                not re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?", self.public_url),
                "WEIXI_PUBLIC_URL is an address such as https://care.company.com",
            ),
            (
                bool(self.sms_url) and not re.fullmatch(r"https?://\S+", self.sms_url),
                "WEIXI_SMS_URL begins with https:// or http://",
            ),
            (self.engine not in {"duckdb", "spark"}, "WEIXI_ENGINE is duckdb or spark"),
            (
                self.time_zone not in available_timezones(),
                "WEIXI_TIME_ZONE is a name such as Asia/Shanghai",
            ),
            (
                not re.fullmatch(r"[A-Z]{3}", self.currency),
                "WEIXI_CURRENCY is a code of three letters such as CNY",
            ),
            (
                not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", self.refresh_at),
                "WEIXI_REFRESH_AT is a time such as 02:00",
            ),
        ]

    def _refused_lengths(self) -> list[tuple[bool, str]]:
        """How long sessions last."""
        return [
            (
                not 1 <= self.session_idle_minutes <= self.session_hours * 60,
                "WEIXI_SESSION_IDLE_MINUTES is 1 or more, and no longer than WEIXI_SESSION_HOURS",
            ),
            (
                not 1 <= self.session_hours <= LONGEST_SESSION_HOURS,
                f"WEIXI_SESSION_HOURS is 1 to {LONGEST_SESSION_HOURS}",
            ),
        ]


environment = Environment()  # type: ignore[call-arg]
