"""Django's settings. What an operator may choose is in environment.py; this file wires it."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from .environment import PROJECT, environment
from .keys import kept_secret
from .mail import mail_settings

# Names are read character by character: the dictionary of phrases would take 45 MB for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

VAR = environment.var
VAR.mkdir(parents=True, exist_ok=True)
LAKE = environment.lake or str(VAR / "lake")
COMPILED = VAR / "compiled"  # texts of queries that take long to make
ENGINE = environment.engine
SPARK_MASTER = environment.spark_master
CURRENCY = environment.currency
REFRESH_AT = environment.refresh_at
METRICS_TOKEN = environment.metrics_token

DEBUG = environment.debug
SECRET_KEY = environment.secret_key or kept_secret(VAR / "secret.key")
DATA_KEYS = (environment.data_keys or kept_secret(VAR / "data.key")).split(",")
ALLOWED_HOSTS = environment.hosts.split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
    "weixi.core.apps.Core",
    "weixi.staff.apps.Staff",
    "weixi.collect.calendar.apps.Calendar",
    "weixi.collect.customers.apps.Customers",
    "weixi.collect.orders.apps.Orders",
    "weixi.collect.touchpoints.apps.Touchpoints",
    "weixi.collect.surveys.apps.Surveys",
    "weixi.collect.complaints.apps.Complaints",
    "weixi.collect.points.apps.Points",
    "weixi.collect.costs.apps.Costs",
    "weixi.collect.referrals.apps.Referrals",
    "weixi.collect.replies.apps.Replies",
    "weixi.collect.calls.apps.Calls",
    "weixi.collect.intake.apps.Intake",
    "weixi.measure.apps.Measure",
    "weixi.predict.apps.Predict",
    "weixi.classify.apps.Classify",
    "weixi.act.warnings.apps.Warnings",
    "weixi.act.interventions.apps.Interventions",
    "weixi.act.outreach.apps.Outreach",
    "weixi.act.campaigns.apps.Campaigns",
    "weixi.act.membership.apps.Membership",
    "weixi.act.care.apps.Care",
    "weixi.act.care.playbooks.apps.PlaybooksConfig",
    "weixi.evaluate.apps.Evaluate",
    "weixi.web.apps.Web",
    "weixi.public.apps.Public",
    "weixi.api.apps.Api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with random length against BREACH
    "django.contrib.sessions.middleware.SessionMiddleware",
    "weixi.web.middleware.language",
    "weixi.api.problems.everywhere",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "weixi.web.middleware.session_age",
    "weixi.web.middleware.actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "weixi.web.middleware.no_store",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "weixi.config.urls"
WSGI_APPLICATION = "weixi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "weixi.web.template_loader.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "weixi.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "weixi.web.templatetags.wx",
            ],
        },
    }
]

# ── Database ────────────────────────────────────────────────────────────────
# SQLite: IMMEDIATE, or writers fail with "database is locked"; FULL, or a power cut loses commits.
# The log is folded into the file every 32 MB: a batch of an import is then written once, not twice.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000"
    ),
}
DATABASE_URL = environment.database_url or f"sqlite:///{VAR / 'weixi.sqlite3'}"
_database: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = SQLITE_OPTIONS
else:
    _database["CONN_HEALTH_CHECKS"] = True
_database["CONN_MAX_AGE"] = 60  # opening SQLite anew takes a page's time and its cache with it
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── People ──────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "weixi.staff.backend.WithRole",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "/"
# Ten failures in three minutes per account and address, counted in the database (S-06).
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.05
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "weixi.web.errors.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# ── Texts, time ─────────────────────────────────────────────────────────────
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.time_zone
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "wx-language"
FORMAT_MODULE_PATH = ["weixi.config.formats"]

# ── Pages ───────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns when it is not there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

globals().update(mail_settings(environment.email_url, VAR / "mail"))
EMAIL_URL = environment.email_url
EMAIL_FROM = environment.email_from
EMAIL_RETURNS = environment.email_returns or environment.email_from
PUBLIC_URL = environment.public_url.rstrip("/")
SMS_URL, SMS_TOKEN, SMS_BODY = environment.sms_url, environment.sms_token, environment.sms_body

# ── Security of pages (S-14, S-15) ──────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "weixi.staff.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = environment.session_hours * 3600
SESSION_IDLE_AGE = environment.session_idle_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_FAILURE_VIEW = "weixi.web.errors.form_expired"
if environment.https:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "wx-session", "wx-csrf"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.log_level},
    "loggers": {"axes": {"level": "WARNING"}, "django.server": {"level": "WARNING"}},
}

BASE_DIR: Path = PROJECT
