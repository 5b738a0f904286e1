"""Target and configuration in, jobs out; for everything else the reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drawgate.core.adapter import Adapter, Job
from drawgate.core.attempt import Skipped, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One adapter that shall run.

    `jobs` may be split further by the runner where the grain is FILE. `second` repeats the
    work with inline suppressions honoured, for the files that hold a marker.
    """

    adapter: Adapter
    subject: Subject
    jobs: tuple[Job, ...]
    second: Job | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes per input, to split work evenly."""
    needed: bool = False
    """Whether `--only` named it: then not running is an incomplete scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All adapters, each once: to run, or skipped with a reason."""

    planned: tuple[Planned, ...]
    skipped: tuple[Skipped, ...]
