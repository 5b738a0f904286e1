"""What a run says it did not do: notifications and invocations (§3.20, §3.58).

A run failed when one of its invocations did, or when a notification is an error: "the presence
of any notification object whose level property is `error` SHALL mean that the run failed"
(§3.20.21, §3.20.22), whatever `executionSuccessful` says beside it. An exception in a notification
is a part of the work that broke off, at any level. What an exit code means is each tool's own, and
`endings.py` says which one contradicts a success. A run without invocations says nothing about
them (they may be absent, §3.14.11): what it found is believed, and a run that found nothing then
proves nothing (`ingest_run.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from drawgate.core.target import NotAssessed
from drawgate.sarif import names
from drawgate.sarif.endings import exit_code, has_failed, how_it_ended
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.model import (
    Configuration,
    Descriptor,
    DescriptorReference,
    Invocation,
    Level,
    Notification,
    Run,
)
from drawgate.sarif.references import Descriptors, below, configured, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Why the run failed, if it did, and what it could not look at."""

    error: str = ""
    hint: str = ""
    not_assessed: tuple[NotAssessed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A notification with what the log says of its kind."""

    note: Notification
    level: Level
    text: str
    gap: NotAssessed
    about_execution: bool

    @property
    def breaks(self) -> bool:
        """Whether the run failed because of it."""
        return self.level == "error" or self.note.exception is not None

    def is_called(self, name: str) -> bool:
        """Tell whether it is one of our own notifications."""
        return self.note.descriptor is not None and self.note.descriptor.id == name


def read_notes(run: Run, places: Places, *, found: bool) -> Notes:
    """Read all invocations of a run: one that failed makes the run fail.

    `found` says whether the run has findings.
    """
    kinds = Descriptors(run, "notifications", lambda component: component.notifications)
    read = [
        note
        for number, one in enumerate(run.invocations)
        for note in _read_all(one, number, kinds, places)
    ]
    return Notes(
        error=_error(run.invocations, read, found=found),
        hint=_joined(str(one.note.properties.get(names.HINT, "")) for one in read),
        not_assessed=tuple(one.gap for one in read if _is_gap(one)),
    )


def read_not_assessed(note: Notification, places: Places, tool: str, text: str = "") -> NotAssessed:
    """Read one gap: its place and name, or for want of both who noticed it."""
    location = note.locations[0] if note.locations else None
    path, line = places.path_and_line(location)
    about = (note.descriptor.id if note.descriptor else "") or tool
    return NotAssessed(
        subject=places.name(location) or path or about,
        reason=text or note.message.text or note.message.markdown or note.message.id or "",
        path=path,
        line=line,
        uncounted=note.properties.get(names.UNCOUNTED) is True,
    )


def _read_all(
    invocation: Invocation, number: int, kinds: Descriptors, places: Places
) -> Iterable[_Read]:
    where = f"invocations[{number}]"
    overrides = invocation.notification_configuration_overrides
    settings = configured(kinds, overrides, f"{where}.notification")
    for name, notes in (
        ("toolExecutionNotifications", invocation.tool_execution_notifications),
        ("toolConfigurationNotifications", invocation.tool_configuration_notifications),
    ):
        for index, note in enumerate(notes):
            with below(f"{where}.{name}[{index}]"):
                yield _read(note, kinds, settings, places, execution="Execution" in name)


def _read(
    note: Notification,
    kinds: Descriptors,
    settings: dict[int, Configuration],
    places: Places,
    *,
    execution: bool,
) -> _Read:
    reference = note.descriptor or DescriptorReference()
    kind = kinds.find(reference, "descriptor")
    text = text_of(note.message, kind, kinds.component(reference)) or _thrown(note)
    return _Read(
        note=note,
        level=_level(note, kind, settings),
        text=text,
        gap=_gap(read_not_assessed(note, places, kinds.driver.name, text), note),
        about_execution=execution,
    )


def _thrown(note: Notification) -> str:
    """Give the text of an exception, for want of another one."""
    exception = note.exception or {}
    return _joined(str(exception[name]) for name in ("kind", "message") if name in exception)


def _gap(gap: NotAssessed, note: Notification) -> NotAssessed:
    """Say that nobody knows how much a gap without a place stands for."""
    return gap if note.locations else replace(gap, uncounted=True)


def _level(
    note: Notification, kind: Descriptor | None, settings: dict[int, Configuration]
) -> Level:
    """Find the level as for a result (§3.27.10), but nothing lowers an error (§3.58.6)."""
    if note.level:
        return note.level
    default = kind.default_configuration if kind else None
    said = (default.level if default else None) or "warning"
    setting = settings.get(id(kind))
    return said if said == "error" or not setting else setting.level or said


def _is_gap(one: _Read) -> bool:
    """Take a foreign tool's word: an error, or a warning about the run or a place, is a gap.

    With a warning "the analysis might be incomplete" (§3.58.6); semgrep gives a file that it
    could not parse no place. One about the configuration need not be about any input. CodeQL
    and others also note what went well, at the levels `note` and `none`.
    """
    if one.is_called(names.NOT_ASSESSED):
        return True
    if one.note.descriptor and (one.note.descriptor.id or "").startswith("drawgate/"):
        return False
    warns = one.level == "warning" and (one.about_execution or bool(one.note.locations))
    return one.breaks or warns


def _error(invocations: list[Invocation], notes: list[_Read], *, found: bool) -> str:
    """Say why the run failed, in the tool's words where it has some."""
    broken = [one for one in invocations if has_failed(one, found=found)]
    errors = [one for one in notes if one.breaks or one.is_called(names.FAILED)]
    if not broken and not errors:
        return ""
    ours = _joined(one.text for one in errors if one.is_called(names.FAILED))
    theirs = _joined(map(how_it_ended, broken)) or _joined(one.text for one in errors)
    bare = _joined(map(exit_code, broken)) or "the log says that the tool failed"
    return ours or theirs or bare


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
