"""Lets pip choose versions for requirements that name none, where the network is allowed."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drawgate.core.dependency import Inventory
from drawgate.core.errors import ConfigError, ScannerError
from drawgate.manifests import survey
from drawgate.manifests.complaint import blamed, complaint, is_about_requirements
from drawgate.manifests.indexes import named
from drawgate.manifests.inventory import inventory_of
from drawgate.manifests.resolution import (
    OPTIONS,
    Answer,
    Question,
    answer,
    not_asked,
    part,
    questions,
    unanswered,
    unasked,
)
from drawgate.manifests.text import shown
from drawgate.run import processes
from drawgate.run.cache import Cache
from drawgate.run.package_index import PackageIndex, users_index
from drawgate.run.private import private_directory
from drawgate.run.process import Call, Done, run
from drawgate.run.progress import Progress, Silent
from drawgate.run.recall import Recall, recall_of

TIMEOUT: Final = 240.0
"""Seconds for one manifest, however often pip is asked about it: scanners take its cores away."""

NAME: Final = "pip (choosing versions)"
_LARGEST_WHEEL: Final = 1 << 30
"""Bytes of a file; a mirror without separate metadata makes pip fetch whole wheels."""
_AT_ONCE: Final = 4
_TICK: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pip:
    """How pip is started, and for how long all its runs for one manifest may take."""

    argv: tuple[str, ...]
    index: PackageIndex
    target: Path
    timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """Why there is no answer; `last` when asking about fewer requirements would not help."""

    reason: str
    last: bool = True
    passing: bool = True
    """Whether it may be otherwise in a minute."""


def resolve(  # noqa: PLR0913 - the last five have their defaults outside of tests
    files: Mapping[str, bytes | None],
    target: Path,
    *,
    paths: Iterable[str] = (),
    about: frozenset[str] | None = None,
    timeout: float = TIMEOUT,
    progress: Progress | None = None,
    cache: Cache | None = None,
    pip: tuple[str, ...] = (sys.executable, "-I", "-m", "pip"),
) -> Inventory:
    """Read the manifests `files`, and ask pip about the names without a version.

    Nothing of the target is built, installed or run: pip gets names only, takes wheels only,
    from the user's own index, and works in a directory of its own. What it can't answer stays
    not assessed, with why. `about` are the files whose packages count; None: all.
    `paths` are those of the whole target: a pip.conf among them says that the public index may
    know other packages by these names. `cache` keeps pip's answers for a day.
    """
    found = survey(files, about)
    answers: list[Answer]
    try:
        index = users_index(os.environ, target)
    except ConfigError as error:
        reason = str(error)
    else:
        reason = _objection(index, named(found if about is None else survey(files), files, paths))
    if reason:
        answers = [not_asked(question, reason) for question in questions(found)]
    else:
        asked = questions(found)
        how = _Pip(argv=pip, index=index, target=target, timeout=timeout)
        answers = _ask_all(asked, how, recall_of(cache, pip, index.env), progress or Silent())
    return inventory_of(
        found.manifests,
        (*found.pins, *(pin for each in answers for pin in each.pins)),
        (
            *found.not_assessed,
            *unasked(found),
            *(item for each in answers for item in each.not_assessed),
        ),
        (*found.graphs, *(each.graph for each in answers if each.graph)),
    )


def _objection(index: PackageIndex, named_in: Sequence[str]) -> str:
    """Say why asking would be asking somebody else than the project does; empty to ask.

    A name that only a private index knows can be anybody's on the public one. Who has chosen an
    index for this run has chosen it for all that is asked.
    """
    if index.ignored:
        return f"{', '.join(index.ignored)} of the user lies in the target, which has no say in it"
    if not named_in or index.chosen:
        return ""
    more = f" and {len(named_in) - 1} more" if len(named_in) > 1 else ""
    return (
        f"{shown(named_in[0])}{more} of the target names an index, which is passed over, and the "
        "public one may know other packages by these names; choose one with PIP_INDEX_URL"
    )


def _ask_all(
    asked: Sequence[Question], pip: _Pip, recall: Recall, progress: Progress
) -> list[Answer]:
    """Give the answers in the order of the questions; only what nobody remembers is asked."""
    known = recall.known(asked)
    new = [question for question in asked if question not in known]
    given = dict(known) | dict(zip(new, _ask_new(new, pip, recall, progress), strict=True))
    recall.keep()
    return [answer for question in asked for answer in given[question]]


def _ask_new(
    asked: Sequence[Question], pip: _Pip, recall: Recall, progress: Progress
) -> list[tuple[Answer, ...]]:
    """Ask about all manifests at once: pip mostly waits for its index."""
    if not asked:
        return []
    progress.started(NAME, len(asked))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(_ask_and_note, question, pip, recall) for question in asked]
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


def _ask_and_note(question: Question, pip: _Pip, recall: Recall) -> tuple[Answer, ...]:
    replies = list(_ask(question, pip))
    answers = tuple(answer for answer, _ in replies)
    if not any(passing for _, passing in replies):
        recall.note(question, answers)
    return answers


def _ask(question: Question, pip: _Pip) -> Iterator[tuple[Answer, bool]]:
    """Ask about all requirements together; then without those that pip can't do, or by halves.

    One requirement that nobody can resolve must not leave all others of its manifest open. With
    each answer comes whether it may be otherwise in a minute.
    """
    end = time.monotonic() + pip.timeout
    todo = [question]
    while todo:
        asked = todo.pop()
        left = end - time.monotonic()
        # Enough must be left for asking again without the one that takes so long.
        last = len(asked.open) == 1 and not todo
        reply = _run(asked, pip, left if last else left / 2)
        if isinstance(reply, Answer):
            yield reply, False
            continue
        guilty = blamed(asked, reply.reason)
        others = tuple(each for each in asked.open if each not in guilty)
        if reply.last or len(asked.open) == 1 or not others:
            yield unanswered(asked, reply.reason), reply.passing
        elif guilty:
            yield unanswered(part(asked, guilty), reply.reason), reply.passing
            todo.append(part(asked, others))
        else:
            half = len(others) // 2
            todo += [part(asked, others[half:]), part(asked, others[:half])]


def _run(question: Question, pip: _Pip, timeout: float) -> Answer | _Refusal:
    late = f"it did not finish within {pip.timeout:g} s"
    if timeout <= 0:
        return _Refusal(reason=late)
    with private_directory(avoid=pip.target) as private:
        try:
            for name, content in question.files.items():
                (private / name).write_bytes(content)
            done = run(_call(pip, private, timeout))
            if done.timed_out:
                return _Refusal(reason=late, last=False, passing=False)
            if done.code != 0:
                return _refusal(done, pip, private)
            return answer(question, (private / "report.json").read_bytes())
        except OSError as error:  # its text would name the private directory
            return _Refusal(reason=error.strerror or type(error).__name__)
        except (ScannerError, ValueError) as error:
            return _Refusal(reason=str(error).replace(str(private), "…"))


def _refusal(done: Done, pip: _Pip, private: Path) -> _Refusal:
    stderr = done.stderr.decode("utf-8", "replace")
    said = done.trouble or complaint(stderr)
    last = bool(done.trouble) or not is_about_requirements(stderr)
    reason = pip.index.masked(said.replace(str(private), "…"))
    return _Refusal(reason=reason, last=last, passing=last)


def _call(pip: _Pip, private: Path, timeout: float) -> Call:
    inputs = ("-r", "requirements.txt", "-c", "constraints.txt", "--report", "report.json")
    return Call(
        argv=(*pip.argv, *OPTIONS, *inputs),
        private=private,
        cwd=private,
        avoid=pip.target,
        # Without a file, but with what the user's files and environment say about the index.
        env={"PIP_CONFIG_FILE": os.devnull, **pip.index.env},
        timeout=timeout,
        network=True,
        output=_LARGEST_WHEEL,
    )
