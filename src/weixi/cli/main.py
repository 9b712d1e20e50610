"""The command line. Exit codes: 0 done, 1 failed with one sentence, 2 wrong usage."""

import gc
import os
import sys
import traceback

from weixi.cli.commands import root
from weixi.cli.failures import sentence_of

INTERRUPTED = 130
YOUNG_OBJECTS = 50_000  # loading makes half a million that stay: to be searched seldom


def run() -> None:
    """Entry point of `weixi`. No traceback reaches a user; WEIXI_DEBUG=1 shows it."""
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would spin where nothing waits
    try:
        root().main(prog_name="weixi")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as problem:
        if os.environ.get("WEIXI_DEBUG"):
            traceback.print_exc()
        sys.stderr.write(f"{sentence_of(problem)}\n")
        sys.exit(1)
    finally:
        gc.freeze()  # a process that ends searches all it has loaded once more: a quarter second


if __name__ == "__main__":
    run()
