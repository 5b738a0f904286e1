"""Reports by a template of the user's, filled in a process of its own with bounds around it.

A template may loop for ever, fill the memory, or reach for Python's inner parts. The sandbox in
`sheet.py` refuses the last; the process ends the others. It is given the JSON report, nothing else.
"""

import json
import sys
from pathlib import Path
from typing import Final

from drawgate import strict
from drawgate.core.errors import UsageError
from drawgate.reporting.formats import json as report
from drawgate.reporting.view import View
from drawgate.run.private import private_directory
from drawgate.run.process import Call, Done, Fence, run
from drawgate.run.sandbox import fence_holds

_MODULE: Final = "drawgate.reporting.sheet"
_WRONG: Final = 3
"""The exit code by which the sheet says that the template is wrong."""
_SECONDS: Final = 60.0
_MEMORY: Final = 2 << 30
_OUTPUT: Final = 128 << 20


def fill(template: Path, view: View, *, seconds: float = _SECONDS) -> bytes:
    """Fill a template with a view. Raises UsageError with the template's line."""
    source = strict.decode(strict.read_bytes(template, UsageError), str(template), UsageError)
    order = json.dumps(
        {"name": template.name, "source": source, "facts": json.loads(report.render(view))}
    )
    with private_directory(avoid=Path("/nonexistent")) as folder:
        return _filled(run(_call(folder, order.encode(), seconds)), template)


def _call(folder: Path, order: bytes, seconds: float) -> Call:
    return Call(
        argv=(sys.executable, "-I", "-m", _MODULE),
        private=folder,
        cwd=folder,
        timeout=seconds,
        memory=_MEMORY,
        output=_OUTPUT,
        stdin=order,
        fence=Fence(ports=()) if fence_holds() else None,
    )


def _filled(done: Done, template: Path) -> bytes:
    if done.code == 0 and not done.trouble:
        return done.stdout
    if done.code == _WRONG:
        fault = json.loads(done.stdout)
        where = f"{template}:{fault['line']}" if fault["line"] else str(template)
        raise UsageError(fault["what"], where=where, hint="reports/README.md tells what there is")
    said = done.stderr.decode("utf-8", "replace").splitlines()
    what = done.trouble or (said[-1] if said else f"its process ended with {done.code}")
    hint = "give it fewer loops, or filter the findings first"
    raise UsageError(f"the template can't be filled: {what}", where=str(template), hint=hint)
