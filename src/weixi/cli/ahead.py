"""What a command begins before its own modules are there."""

import subprocess

from weixi.core.clock import today
from weixi.measure.reading import begin_ahead


def begin(child: "subprocess.Popen[bytes]") -> None:
    begin_ahead(child, today())
