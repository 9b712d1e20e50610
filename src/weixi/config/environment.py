"""Every setting an operator can give, read from WEIXI_… environment variables (docs/settings.md)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[3]


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
    time_zone: str = Field("Asia/Shanghai", description="Time zone of days and working hours")
    currency: str = Field("CNY", description="ISO 4217 code of the company's currency")
    metrics_token: str = Field("", description="Token for /metrics from other than loopback")
    refresh_at: str = Field("02:00", description="Local time of the nightly refresh")
    log_level: str = Field("INFO", description="Least level of log lines written")


environment = Environment()  # type: ignore[call-arg]
