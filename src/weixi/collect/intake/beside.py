"""The process beside an import: `python -m weixi.collect.intake.beside` (see checking.py)."""

import sys
from importlib import import_module

import django

from weixi.core.collecting import uncollected


def main() -> None:
    """Models can be imported only after the set-up."""
    django.setup()
    with uncollected():
        import_module("weixi.collect.intake.checking").serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
