"""Which characters the bytes of a text file are; its hash on the way. Two passes at most."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from .table import FileFault

BLOCK = 1 << 20
SAMPLE = 1 << 22
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Decoding:
    """`lines`: how many the file has. `is_plain`: no quotation mark, no line of a whole block."""

    encoding: str
    file_hash: str
    lines: int
    is_plain: bool


@dataclass
class _WrongByte(Exception):
    line: int
    byte: int
    is_end: bool


def decoding_of(path: Path) -> Decoding:
    """UTF-8, UTF-16 with its mark, or GB18030; anything else is refused by line and byte."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for bom, name in BOMS if start.startswith(bom)), None)
    if marked:
        return _checked(path, marked)
    try:
        return _pass(path, "utf-8")
    except _WrongByte as wrong:
        if wrong.is_end:
            raise _cut_off(wrong) from None
        return _as_gb18030(path, wrong)


def _checked(path: Path, encoding: str) -> Decoding:
    try:
        return _pass(path, encoding)
    except _WrongByte as wrong:
        raise _cut_off(wrong) if wrong.is_end else _neither(wrong) from None


def _as_gb18030(path: Path, as_utf8: _WrongByte) -> Decoding:
    try:
        decoding = _pass(path, "gb18030")
    except _WrongByte as wrong:
        raise _neither(wrong if _looks_chinese(path) else as_utf8) from None
    if not _looks_chinese(path):
        raise _neither(as_utf8)
    return decoding


def _pass(path: Path, encoding: str) -> Decoding:
    """Decode the whole file, strictly; its SHA-256 and lines on the way."""
    decoder, digest, line = codecs.getincrementaldecoder(encoding)(), hashlib.sha256(), 1
    is_plain, end = True, "\n"
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as fault:
                raise _wrong_byte(fault, line) from None
            ends = text.count("\n")
            is_plain = is_plain and '"' not in text and (ends > 0 or len(block) < BLOCK)
            line, end = line + ends, text[-1:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        raise _WrongByte(line, fault.object[fault.start], True) from None
    return Decoding(encoding, digest.hexdigest(), line - (end == "\n"), is_plain)


def _wrong_byte(fault: UnicodeDecodeError, line: int) -> _WrongByte:
    before = fault.object[: fault.start].count(b"\n")
    return _WrongByte(line + before, fault.object[fault.start], False)


def _looks_chinese(path: Path) -> bool:
    """Most double bytes lie in the two rows of everyday characters; Western text does not."""
    with path.open("rb") as file:
        block = file.read(SAMPLE)
    doubles = common = i = 0
    while (i := _next_high(block, i)) >= 0 and i + 1 < len(block):
        doubles += 1
        common += 0xA1 <= block[i] <= 0xF7 and 0xA1 <= block[i + 1] <= 0xFE
        i += 2
    return doubles == 0 or common / doubles > 0.6


def _next_high(block: bytes, start: int) -> int:
    return next((i for i in range(start, len(block)) if block[i] >= 0x80), -1)


def _neither(wrong: _WrongByte) -> FileFault:
    return FileFault(
        _(
            "The text is neither UTF-8 nor GB18030: line %(line)d holds the byte 0x%(byte)02X. "
            'Save the file as "CSV UTF-8" and try again.'
        )
        % {"line": wrong.line, "byte": wrong.byte}
    )


def _cut_off(wrong: _WrongByte) -> FileFault:
    return FileFault(
        _("The file ends in the middle of a character, in line %(line)d: it was cut off.")
        % {"line": wrong.line}
    )
