"""What follows from files alone is read once, and anew when a file is another."""

import os
from collections.abc import Sequence
from pathlib import Path

from weixi.core.lake_reads import of_files


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    asked: list[str] = []

    @of_files
    def text_of(files: Sequence[Path], /, wanted: str, *, twice: bool = False) -> str:
        asked.append(wanted)
        return files[0].read_text() * (2 if twice else 1)

    file = tmp_path / "part-0.parquet"
    file.write_text("old")
    assert [text_of([file], "a"), text_of([file], "a")] == ["old", "old"]
    assert text_of([file], "a", twice=True) == "oldold"
    assert asked == ["a", "a"]
    file.write_text("new")
    os.utime(file, ns=(1, 1))
    assert text_of([file], "a") == "new"
