"""A program: takes all runs of playbooks further, over and over, until it is killed."""

import sys
from datetime import date, datetime

import django

django.setup()

from weixi.act.care.playbooks.advancing import LostRun, advance_due  # noqa: E402

at = datetime.fromisoformat(sys.argv[1])
print("ready", flush=True)
while True:
    try:
        advance_due(day=date.fromisoformat(sys.argv[2]), at=at)
    except LostRun:
        continue  # the other one was first
