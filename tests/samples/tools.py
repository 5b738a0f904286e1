"""Real scanners, run as their adapters say."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from drawgate.core.adapter import Adapter, Job, Output


def answer(adapter: Adapter, job: Job) -> Output:
    """Give what the tool beside this Python prints about a job, with an empty home."""
    command = adapter.command(job)
    for name, content in command.files.items():
        (job.scratch / name).parent.mkdir(parents=True, exist_ok=True)
        (job.scratch / name).write_bytes(content)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with TemporaryDirectory() as home:
        done = subprocess.run(
            [*adapter.tool.argv, *command.args],
            cwd=command.cwd or job.root,
            env={"PATH": path, "HOME": home, "TMPDIR": home, **command.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    return Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)
