"""Letters as PDF: a page each, the address where an envelope has its window (DIN 5008, ISO 216)."""

import json
from datetime import datetime
from importlib import import_module
from typing import Any

from django.utils import timezone

from weixi.core import vault
from weixi.core.access import log_access
from weixi.core.actor import Actor

from . import facts, queries
from .outbox import by_hand

BATCH = 100
PAGE = """\
#set page(paper: "a4", margin: (left: 25mm, right: 20mm, top: 27mm, bottom: 25mm))
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC", "Libertinus Serif"), size: 11pt,
  lang: "zh")
#set par(leading: 0.9em, spacing: 1.2em)
#let letters = json(bytes(sys.inputs.letters))
"""
BODY = """\
#for (number, one) in letters.enumerate() [
  #if number > 0 { pagebreak() }
  #text(size: 8pt, fill: luma(90))[#one.company]
  #v(4mm)
  #block(width: 85mm, height: 30mm)[#one.name \\ #one.address]
  #v(12mm)
  #align(right)[#one.day]
  #v(6mm)
  #strong[#one.subject]
  #v(4mm)
  #for line in one.text.split("\\n") [#line \\ ]
]
"""


def due_letters(*, by: Actor, at: datetime) -> bytes:
    """Empty when none is due. Every address that is printed stands in the access log."""
    by.need("contact_data.reveal")
    due = by_hand(by, at=at, channel="letter", limit=BATCH)
    ids = [row.customer_id for row in due]
    addresses = facts.addresses(ids, "letter")
    made = []
    for row in due:
        address = addresses[row.customer_id]
        if address.problem:
            continue
        log_access(
            by=by, at=at, field=address.kind, action="reveal", customer_id=row.customer_id,
            reason=f"letter {row.id}",
        )  # fmt: skip
        made.append(
            {
                "company": queries.company_name(),
                "name": row.customer,
                "address": vault.unseal(address.kind, address.sealed),
                "day": f"{timezone.localdate(at):%Y-%m-%d}",
                "subject": row.subject,
                "text": row.text,
            }
        )
    return pdf_of(made) if made else b""


def pdf_of(letters: list[dict[str, Any]]) -> bytes:
    """Values are data for the typesetter, never part of its program."""
    typst = import_module("typst")  # 25 MB: loaded on use
    told = {"letters": json.dumps(letters)}
    return bytes(typst.compile((PAGE + BODY).encode(), sys_inputs=told))
