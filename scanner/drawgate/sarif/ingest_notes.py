"""What a run says it did not do: notifications and invocations (§3.20, §3.58)."""

from collections.abc import Iterable
from dataclasses import dataclass

from drawgate.core.target import NotAssessed
from drawgate.sarif import names
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.model import Invocation, Notification, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Why the run failed, if it did, and what it could not look at."""

    error: str = ""
    hint: str = ""
    not_assessed: tuple[NotAssessed, ...] = ()


def read_notes(run: Run, places: Places) -> Notes:
    """Read all invocations of a run: one that failed makes the run fail."""
    notes = [note for one in run.invocations for note in _notes(one)]
    failures = [note for note in notes if _is(note, names.FAILED)]
    broken = [one for one in run.invocations if not one.execution_successful]
    return Notes(
        error=_error(broken, failures),
        hint=_joined(str(note.properties.get(names.HINT, "")) for note in failures),
        not_assessed=tuple(
            read_not_assessed(note, places, run.tool.driver.name)
            for note in notes
            if _is(note, names.NOT_ASSESSED) or _is_gap(note)
        ),
    )


def read_not_assessed(note: Notification, places: Places, tool: str) -> NotAssessed:
    """Read one gap: its place and name, or for want of both who noticed it."""
    location = note.locations[0] if note.locations else None
    path, line = places.path_and_line(location)
    logical = location.logical_locations if location else []
    name = logical[0].fully_qualified_name if logical else ""
    about = (note.descriptor.id if note.descriptor else "") or tool
    reason = places.text(note.message)
    return NotAssessed(
        subject=name or path or about,
        reason=reason,
        path=path,
        line=line,
        uncounted=note.properties.get(names.UNCOUNTED) is True,
    )


def _notes(invocation: Invocation) -> list[Notification]:
    return invocation.tool_execution_notifications + invocation.tool_configuration_notifications


def _is(note: Notification, name: str) -> bool:
    return note.descriptor is not None and note.descriptor.id == name


def _is_gap(note: Notification) -> bool:
    """Take a foreign tool's word: an error, or a warning about a place, is a gap.

    CodeQL and others also note what went well, at the levels `note` and `none`. An absent level
    means warning (§3.58.6).
    """
    if note.descriptor and (note.descriptor.id or "").startswith("drawgate/"):
        return False
    return note.level == "error" or (note.level in (None, "warning") and bool(note.locations))


def _error(broken: list[Invocation], failures: list[Notification]) -> str:
    """Say why the run failed, in the tool's words where it has some."""
    if not broken and not failures:
        return ""
    said = _joined(note.message.text or "" for note in failures)
    return said or _joined(map(_words, broken)) or "the log says that the tool failed"


def _words(invocation: Invocation) -> str:
    errors = (note.message.text or "" for note in _notes(invocation) if note.level == "error")
    return (
        invocation.process_start_failure_message
        or invocation.exit_code_description
        or _joined(errors)
    )


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
