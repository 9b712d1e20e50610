"""A real PostgreSQL (15 or newer) for tests: given, installed, or unpacked without root.

`python -m tests.postgres -- COMMAND…` runs COMMAND with WEIXI_DATABASE_URL pointing at it;
`python -m tests.postgres --find` only says where its programs are.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg

from tests.postgres_packages import PostgresMissingError, unpacked_server

INSTALLED = Path("/usr/lib/postgresql")
OLDEST = 15
PREFIX = "weixi-postgres."
START_SECONDS = 60
QUICK = (  # a test database may be lost: nothing waits for the disk
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "jit=off",
    "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB",
    "checkpoint_timeout=1h", "shared_buffers=256MB", "bgwriter_lru_maxpages=0",
    # Tables of tests are empty when a plan is kept for them and large a moment later, in the same
    # transaction, where nothing analyses them: a plan without an index would then take minutes.
    "enable_seqscan=off",
    "max_connections=100", "timezone=UTC", "log_min_messages=fatal", "listen_addresses=127.0.0.1",
)  # fmt: skip


@cache
def ensure() -> str:
    """The address of a server that lives until this process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(running())


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    given = os.environ.get("WEIXI_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    remove_folders_of_the_dead()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}."))
    try:
        with served(folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_folders_of_the_dead() -> None:
    """A killed program cannot clear up after itself: the next one does."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*.*"):
        holder = folder.name.removeprefix(PREFIX).split(".")[0]
        if not Path("/proc", holder).exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    account = server_account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    programs = readable_programs(find_programs(), folder, account)
    password = secrets.token_hex(16)
    create_cluster(programs, folder, account, password)
    process, address = start(programs, folder, account, password)
    try:
        yield address
    finally:
        stop(process)


def find_programs() -> Path:
    """The folder that holds initdb and postgres: the newest installed, else unpacked ones."""
    found = [p for p in INSTALLED.glob("*/bin") if (p / "initdb").exists() and major(p) >= OLDEST]
    return max(found, key=major) if found else unpacked_server(oldest=OLDEST)


def major(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdigit() else 0


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses root: root lends it another account. None = run as we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissingError("Root needs an account for PostgreSQL: useradd --system postgres")


def readable_programs(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Unpacked programs may lie in a home that the server's account cannot enter: copy them."""
    if account is None or INSTALLED in programs.parents:
        return programs
    home = programs.parents[4]  # …/usr/lib/postgresql/15/bin
    copy = folder / "server"
    shutil.copytree(home, copy, symlinks=True)
    return copy / programs.relative_to(home)


def environment(programs: Path) -> dict[str, str]:
    """Unpacked programs bring libraries of their own."""
    own = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    if INSTALLED in programs.parents:
        return own
    libraries = {str(p.parent) for p in programs.parents[4].glob("usr/lib/**/*.so.*")}
    return own | {"LD_LIBRARY_PATH": ":".join(sorted(libraries))}


def create_cluster(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, password: str
) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if account:
        os.chown(secret, account.pw_uid, account.pw_gid)
    command = [
        str(programs / "initdb"), "--pgdata", str(folder / "data"), "--username", "weixi",
        "--pwfile", str(secret), "--auth", "scram-sha-256", "--no-sync", "--encoding", "UTF8",
        "--locale", "C.UTF-8",
    ]  # fmt: skip
    done = subprocess.run(
        command, env=environment(programs), cwd="/", capture_output=True, text=True, **as_(account)
    )
    if done.returncode:
        raise PostgresMissingError(f"initdb in {programs} failed: {done.stderr.strip()}")


def as_(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def start(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, password: str
) -> tuple[subprocess.Popen[bytes], str]:
    """Another program may take the free port first: try a few."""
    for _ in range(5):
        port = free_port()
        process = launch(programs, folder, account, port)
        address = f"postgresql://weixi:{password}@127.0.0.1:{port}/weixi"
        if answers(process, address):
            return process, address
        stop(process)
    raise PostgresMissingError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, port: int
) -> subprocess.Popen[bytes]:
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for setting in (*QUICK, f"port={port}"):
        command += ["-c", setting]
    if shutil.which("setpriv"):  # killed with us, even when we are killed without a word
        command = ["setpriv", "--pdeathsig", "INT", *command]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, env=environment(programs), cwd="/", stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True, **as_(account),
        )  # fmt: skip


def answers(process: subprocess.Popen[bytes], address: str) -> bool:
    """Wait until it takes connections, then make the database that the address names."""
    server = address.removesuffix("/weixi") + "/postgres"
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
                connection.execute("CREATE DATABASE weixi")
                return True
        except psycopg.OperationalError:
            time.sleep(0.05)
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
        if process.poll() is None:
            process.send_signal(kind)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
            return


def run(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running() as address:
        return subprocess.run(command, env=os.environ | {"WEIXI_DATABASE_URL": address}).returncode


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["--find"]:
            print(os.environ.get("WEIXI_TEST_POSTGRES_URL") or find_programs())
            return 0
        if arguments[:1] == ["--"] and arguments[1:]:
            return run(arguments[1:])
    except PostgresMissingError as no:
        sys.stderr.write(f"{no}\n")
        return 1
    sys.stderr.write(f"usage: {__doc__}")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
