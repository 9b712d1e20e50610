"""The distribution's own PostgreSQL packages, unpacked into .cache/postgres: no root needed."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DPKG_STATUS = "/var/lib/dpkg/status"
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "postgres"
SENTENCE = (
    "PostgreSQL {oldest} or newer is needed for the database tests: apt-get install postgresql"
)
INSTALLS = re.compile(r"^Inst (\S+)", re.MULTILINE)
# Server, client and shared libraries; not the compiler for jit (100 MB), not what only installs.
WANTED = re.compile(r"^(postgresql-(client-)?\d+|lib(?!c6|c-bin|llvm).*\d.*)$")


class PostgresMissingError(Exception):
    """The sentence a person reads."""


def unpacked_server(*, oldest: int) -> Path:
    """The folder of the unpacked programs; downloads them the first time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with one_at_a_time():
        found = programs_in(CACHE / "server", oldest)
        if found:
            return found
        try:
            download_and_unpack()
        except (OSError, subprocess.CalledProcessError) as no:
            raise PostgresMissingError(sentence(oldest)) from no
    found = programs_in(CACHE / "server", oldest)
    if not found:
        raise PostgresMissingError(sentence(oldest))
    return found


def sentence(oldest: int) -> str:
    return SENTENCE.format(oldest=oldest)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def programs_in(server: Path, oldest: int) -> Path | None:
    found = [p.parent for p in server.glob("usr/lib/postgresql/*/bin/initdb")]
    fit = [p for p in found if p.parent.name.isdigit() and int(p.parent.name) >= oldest]
    return max(fit, key=lambda p: int(p.parent.name), default=None)


def download_and_unpack() -> None:
    with tempfile.TemporaryDirectory(prefix="new.", dir=CACHE) as scratch:
        folder = Path(scratch)
        for part in ("state/lists/partial", "apt/archives/partial", "packages", "server"):
            (folder / part).mkdir(parents=True)
        apt(folder, "apt-get", "update")
        would_install = apt(folder, "apt-get", "install", "--simulate", "postgresql")
        names = [name for name in INSTALLS.findall(would_install) if WANTED.match(name)]
        apt(folder, "apt-get", "download", *names)
        for package in sorted((folder / "packages").glob("*.deb")):
            subprocess.run(["dpkg", "-x", package, folder / "server"], check=True)
        shutil.rmtree(CACHE / "server", ignore_errors=True)
        (folder / "server").rename(CACHE / "server")


def apt(folder: Path, program: str, *arguments: str) -> str:
    """apt with lists and cache of its own, and the machine's own sources and installed packages."""
    options = {
        "Dir::State": folder / "state", "Dir::State::status": DPKG_STATUS,
        "Dir::Cache": folder / "apt", "Debug::NoLocking": "1", "APT::Install-Recommends": "0",
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
    }  # fmt: skip
    flags = [word for key, value in options.items() if value for word in ("-o", f"{key}={value}")]
    done = subprocess.run(
        [program, "-qq", *flags, *arguments], check=True, stdout=subprocess.PIPE, text=True,
        cwd=folder / "packages", stdin=subprocess.DEVNULL, env=os.environ | {"LC_ALL": "C"},
    )  # fmt: skip
    return done.stdout
