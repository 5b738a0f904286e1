"""What was not done, as SARIF notifications: failed, skipped, not assessed (§3.58)."""

from typing import Final

from drawgate.core.attempt import Failed, Skipped, Subject, Why
from drawgate.core.target import NotAssessed, Unscanned
from drawgate.core.words import count
from drawgate.sarif import names
from drawgate.sarif.emit_results import as_place
from drawgate.sarif.model import (
    Descriptor,
    DescriptorReference,
    Invocation,
    Level,
    Location,
    LogicalLocation,
    Message,
    Multiformat,
    Notification,
    Properties,
    Region,
)
from drawgate.sarif.text import as_text

_MEANINGS: Final = {
    names.FAILED: "The tool did not finish its work; its results are incomplete.",
    names.NOT_ASSESSED: "Something in scope that the tool could not look at.",
    names.SKIPPED: "A tool that was not started.",
    names.LEFT_OUT: "Findings that this log has no room for.",
    names.UNSCANNED: "Something in scope that no tool of the scan looks at.",
}
_LEVELS: Final[dict[Why, Level]] = {
    Why.NOT_APPLICABLE: "note",
    Why.NOT_SELECTED: "note",
    Why.UNAVAILABLE: "warning",
}


def declare(invocation: Invocation) -> list[Descriptor]:
    """Describe the notification ids an invocation uses (§3.19.24), and point to them (§3.52.2)."""
    notes = invocation.tool_execution_notifications + invocation.tool_configuration_notifications
    used = [note.descriptor for note in notes if note.descriptor]
    known = sorted({descriptor.id or "" for descriptor in used})
    for descriptor in used:
        descriptor.index = known.index(descriptor.id or "")
    return [_descriptor(name, Multiformat(text=_MEANINGS[name])) for name in known]


def failure(attempt: Failed) -> Notification:
    """Say why the attempt failed, and what to do about it."""
    hint = as_text(attempt.hint)
    return Notification(
        descriptor=DescriptorReference(id=names.FAILED),
        level="error",
        message=_message(attempt.error, "the tool failed without a word"),
        properties={names.HINT: hint} if hint else {},
    )


def skipped(attempt: Skipped) -> Notification:
    """Say which adapter was not started, and why."""
    return Notification(
        descriptor=DescriptorReference(id=names.SKIPPED),
        level=_LEVELS[attempt.why],
        message=_message(attempt.reason, attempt.why.value),
        properties={names.SUBJECT: _subject(attempt.subject), names.WHY: attempt.why.value},
    )


def left_out(text: str) -> Notification:
    """Say which results stand in another log only."""
    return Notification(
        descriptor=DescriptorReference(id=names.LEFT_OUT),
        level="warning",
        message=_message(text, "results were left out"),
    )


def not_assessed(item: NotAssessed, subject: Subject | None = None) -> Notification:
    """Say what could not be looked at; `subject` is the skipped adapter that would have."""
    return Notification(
        descriptor=DescriptorReference(id=names.NOT_ASSESSED),
        level="warning",
        message=_message(item.reason, "no reason given"),
        locations=[_location(item)],
        properties=_facts(item, subject),
    )


def unscanned(item: Unscanned) -> Notification:
    """Say what of the target no tool looks at; the place is one example of it."""
    text = f"no scanner of this run looks at {item.name} ({count(item.files, 'file')})"
    if item.left_out:
        text = f"{text}: {item.left_out}"
    facts: Properties = {"name": as_text(item.name), "kind": item.kind.value, "files": item.files}
    return Notification(
        descriptor=DescriptorReference(id=names.UNSCANNED),
        level="warning",
        message=_message(text, item.name),
        locations=[Location(physical_location=as_place(item.example))],
        properties={names.UNSCANNED: facts | _who(item)},
    )


def _who(item: Unscanned) -> Properties:
    """Say who would look at it, who won't, and what to do; what nobody said is not written."""
    told = {"leftOut": as_text(item.left_out), "advice": as_text(item.advice)}
    said: Properties = {key: text for key, text in told.items() if text}
    return said | {"scanners": list(map(as_text, item.scanners))}


def _facts(item: NotAssessed, subject: Subject | None) -> Properties:
    named: Properties = {names.SUBJECT: _name(subject)} if subject else {}
    return named | ({names.UNCOUNTED: True} if item.uncounted else {})


def _descriptor(name: str, meaning: Multiformat) -> Descriptor:
    """Describe an id; GitHub asks for the same three texts as of a rule."""
    return Descriptor(id=name, short_description=meaning, full_description=meaning, help=meaning)


def _message(text: str, otherwise: str) -> Message:
    return Message(text=as_text(text) or otherwise)


def _location(item: NotAssessed) -> Location:
    """Point to the path; the subject is a name of its own only where it says something else."""
    named = item.subject != item.path
    subject = LogicalLocation(fully_qualified_name=as_text(item.subject))
    region = Region(start_line=item.line) if item.line else None
    return Location(
        physical_location=as_place(item.path, region) if item.path else None,
        logical_locations=[subject] if named else [],
    )


def _subject(subject: Subject) -> Properties:
    facts = {
        "name": subject.name,
        "kind": subject.kind.value,
        "grain": subject.grain.value,
        "homepage": as_text(subject.homepage),
        "category": subject.category,
    }
    present: Properties = {key: value for key, value in facts.items() if value}
    return present | ({} if subject.applicable else {names.APPLICABLE: False})


def _name(subject: Subject) -> Properties:
    return {"name": subject.name, "category": subject.category}
