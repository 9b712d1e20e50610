"""What a command begins before its own modules are there, or any that has a table."""

import subprocess

from weixi.core.clock import today
from weixi.measure.source import begin_ahead


def begin(child: "subprocess.Popen[bytes]") -> None:
    begin_ahead(child, today())
