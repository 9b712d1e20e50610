"""What hatch_build.py makes: the vendor folder, the icon sprite, compiled translations."""

import gettext
import json
import os
import re
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).resolve().parents[2]
USED_ICON = re.compile(r"""\{%-?\s*icon\s+["']([a-z0-9-]+)["']""")


def icon_list() -> list[str]:
    return (ROOT / hatch_build.ICON_LIST).read_text().splitlines()


def test_the_package_lock_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text


def test_every_package_from_npm_is_pinned_and_has_a_checksum() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for path, entry in locked.items() if path)


def test_the_icon_list_is_sorted_and_names_each_icon_once() -> None:
    assert icon_list() == sorted(set(icon_list()))


def test_every_icon_that_a_template_uses_is_in_the_list() -> None:
    pages = (ROOT / "src/weixi").rglob("*.html")
    used = {name for page in pages for name in USED_ICON.findall(page.read_text())}
    assert used - set(icon_list()) == set()


def test_the_sprite_on_disk_holds_the_icons_of_the_list() -> None:
    sprite = (ROOT / hatch_build.STATIC / "vendor/icons.svg").read_text()
    assert re.findall(r'<symbol id="i-([a-z0-9-]+)"', sprite) == icon_list()


def test_an_icon_inherits_its_colour_and_width_from_the_page() -> None:
    frame = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
    svg = f'<svg width="24" stroke="currentColor">\n  {frame}\n  <path d="M4 12h16" />\n</svg>'
    expected = '<symbol id="i-minus" viewBox="0 0 24 24"><path d="M4 12h16" /></symbol>'
    assert hatch_build.symbol("minus", svg) == expected


def test_an_unknown_icon_stops_the_build_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(hatch_build.BuildError, match="no-such-icon"):
        hatch_build.sprite(tmp_path, ["no-such-icon"])


@pytest.mark.parametrize(
    "css", ["@import 'x.css';", "a{b:url(https://x.test/i.png)}", "a{b:url('//x.test/i')}"]
)
def test_a_stylesheet_that_loads_from_outside_stops_the_build(css: str) -> None:
    with pytest.raises(hatch_build.BuildError, match="outside"):
        hatch_build.refuse_outside_addresses("some.css", css)


def test_a_stylesheet_may_carry_its_own_pictures() -> None:
    hatch_build.refuse_outside_addresses("some.css", 'a{b:url("data:image/svg+xml,%3csvg")}')


def test_unchanged_sources_need_no_build() -> None:
    assert hatch_build.build_assets(ROOT) is False


def test_a_translation_is_compiled_once_per_change(tmp_path: Path) -> None:
    po = tmp_path / "src/weixi/web/locale/zh_Hans/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    po.write_text(f'{head}msgid "Customer"\nmsgstr "客户"\n')
    assert hatch_build.compile_texts(tmp_path) == [po]
    assert hatch_build.compile_texts(tmp_path) == []
    with po.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Customer") == "客户"
    later = po.with_suffix(".mo").stat().st_mtime + 1
    os.utime(po, (later, later))
    assert hatch_build.compile_texts(tmp_path) == [po]
