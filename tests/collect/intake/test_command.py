"""`weixi import` and `weixi undo-import` as a script calls them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[3]
CONTRACT = ("import_id", "kind", "rows", "created", "updated", "unchanged", "rejected",
            "anonymous", "seconds")  # fmt: skip


def test_import_and_undo_speak_json_and_end_with_their_codes(
    own_installation: dict[str, str], tmp_path: Path
) -> None:
    def weixi(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "weixi.cli.main", *words],
            env=own_installation, cwd=PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0"],
        env=own_installation, cwd=PROJECT, check=True,
    )  # fmt: skip
    path = tmp_path / "客户.csv"
    path.write_text("编号,Rufname,手机\nC1,Ana,13800002046\nC2,Bo,12\n", encoding="gb18030")
    call = ["import", "customers", str(path), "--map", "name=Rufname"]
    bad = tmp_path / "bad.csv"

    tried = json.loads(weixi(*call, "--dry-run", "--json").stdout)
    done = weixi(*call, "--rejects", str(bad), "--json")
    told = json.loads(done.stdout)
    assert [told[name] for name in CONTRACT[1:8]] == ["customers", 2, 1, 0, 0, 1, 0]
    assert [tried[name] for name in CONTRACT[1:8]] == [told[name] for name in CONTRACT[1:8]]
    assert (done.returncode, tried["import_id"]) == (0, None)
    assert bad.read_text(encoding="utf-8-sig").splitlines()[1].startswith("C2,Bo,12,3,手机,12,")
    assert json.loads(weixi(*call, "--json").stdout)["unchanged"] == 1

    undone = json.loads(weixi("undo-import", str(told["import_id"]), "--json").stdout)
    assert (undone["removed"], undone["kept"]) == (1, [])
    for words, code in [
        (("undo-import", str(told["import_id"])), 1),
        (("import", "customers", "missing.csv"), 1),
        (("import", "customers", str(path), "--map", "name"), 2),
        (("import", "customers"), 2),
    ]:
        ended = weixi(*words)
        assert (ended.returncode, ended.stdout) == (code, "")
        assert "Traceback" not in ended.stderr
        assert ended.stderr.strip()
