"""An icon that a page names is in the sprite; one that is not leaves an empty place."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "src" / "weixi" / "web"
NAMED = re.compile(r'\{% icon "([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"')


def test_every_icon_of_a_template_is_in_the_sprite():
    known = set((WEB / "icons.txt").read_text(encoding="utf-8").split())
    named = {
        (file.name, one or other)
        for file in WEB.rglob("*.html")
        for one, other in NAMED.findall(file.read_text(encoding="utf-8"))
    }
    assert len(named) > 100
    assert sorted(pair for pair in named if pair[1] not in known) == []
