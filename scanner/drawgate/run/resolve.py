"""Lets pip choose versions for requirements that name none, where the network is allowed."""

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final

from drawgate.core.dependency import Inventory
from drawgate.core.errors import ScannerError
from drawgate.manifests import survey
from drawgate.manifests.inventory import inventory_of
from drawgate.manifests.resolution import (
    OPTIONS,
    Answer,
    Question,
    answer,
    questions,
    unanswered,
    unasked,
)
from drawgate.run import processes
from drawgate.run.private import private_directory
from drawgate.run.process import Call, run
from drawgate.run.progress import Progress, Silent

TIMEOUT: Final = 120.0
"""Seconds for one manifest."""

NAME: Final = "pip (choosing versions)"
_AT_ONCE: Final = 4
_TICK: Final = 0.5


def resolve(
    files: Mapping[str, bytes | None],
    target: Path,
    *,
    timeout: float = TIMEOUT,
    progress: Progress | None = None,
    pip: tuple[str, ...] = (sys.executable, "-I", "-m", "pip"),
) -> Inventory:
    """Read the manifests `files`, and ask pip about the names without a version.

    Nothing of the target is built, installed or run: pip gets names only, takes wheels only,
    and works in a directory of its own. What it can't answer stays not assessed, with why.
    """
    found = survey(files)
    answers = _ask_all(questions(found), target, timeout, pip, progress or Silent())
    return inventory_of(
        found.manifests,
        (*found.pins, *(pin for each in answers for pin in each.pins)),
        (
            *found.not_assessed,
            *unasked(found),
            *(item for each in answers for item in each.not_assessed),
        ),
    )


def _ask_all(
    asked: Sequence[Question],
    target: Path,
    timeout: float,
    pip: tuple[str, ...],
    progress: Progress,
) -> list[Answer]:
    """Ask about all manifests at once: pip mostly waits for its index."""
    if not asked:
        return []
    progress.started(NAME, len(asked))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(_ask, question, target, timeout, pip) for question in asked]
        try:
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, _TICK, FIRST_COMPLETED)
                progress.heartbeat()
                for _ in done:
                    progress.advanced(NAME, 0)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            processes.stop_all()
            raise
        return [future.result() for future in futures]


def _ask(question: Question, target: Path, timeout: float, pip: tuple[str, ...]) -> Answer:
    with private_directory(avoid=target) as private:
        inputs = ("-r", "requirements.txt", "-c", "constraints.txt", "--report", "report.json")
        call = Call(
            argv=(*pip, *OPTIONS, *inputs),
            private=private,
            cwd=private,
            avoid=target,
            timeout=timeout,
            network=True,
        )
        try:
            for name, content in question.files.items():
                (private / name).write_bytes(content)
            done = run(call)
            if done.code != 0:
                reason = done.trouble or _complaint(done.stderr)
                return unanswered(question, reason.replace(str(private), "…"))
            return answer(question, (private / "report.json").read_bytes())
        except OSError as error:  # its text would name the private directory
            return unanswered(question, error.strerror or type(error).__name__)
        except (ScannerError, ValueError) as error:
            return unanswered(question, str(error).replace(str(private), "…"))


def _complaint(stderr: bytes) -> str:
    """Give pip's first line of error; the rest repeats it at length."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it gave no reason"])[0]
