"""An adapter is a value: how to call one scanner and how to read its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from drawgate.core.dependency import Inventory
from drawgate.core.finding import Finding, Kind
from drawgate.core.target import File, NotAssessed, Target


class Grain(StrEnum):
    """What an answer depends on; this decides how work is split and kept."""

    FILE = "file"
    TREE = "tree"
    HISTORY = "history"
    IMAGE = "image"
    ENDPOINT = "endpoint"


class Need(StrEnum):
    """What an attempt can't do without."""

    NETWORK = "network"
    ADVISORIES = "advisories"
    BUILDS_TARGET = "may run the target's code"
    DOCKER = "docker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program behind an adapter."""

    distribution: str
    argv: tuple[str, ...]
    version: tuple[str, ...] = ("--version",)
    supported: str
    """A PEP 440 specifier set: `>=1.8,<2`."""
    install: str = ""
    """What a person types when it is missing; default `pip install DISTRIBUTION`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work for one adapter: this is all that `command` and `parse` see."""

    root: Path
    """The target's root, absolute."""
    inputs: tuple[str, ...]
    """Files to look at, relative to the root, sorted."""
    inventory: Inventory | None = None
    """For dependency scanners: pins, no package in two versions. An SBOM gets all in one job."""
    scratch: Path = Path()
    """An empty directory for `Command.files`; gone after the attempt."""
    endpoint: str = ""
    """Base URL of the loopback OSV endpoint, without a trailing slash; empty without one."""
    suppressions: bool = False
    """Whether the tool should honour inline suppressions (the second pass does)."""
    cores: int = 1
    keys: frozenset[str] = frozenset()
    """Which of `Adapter.keys` the user has set. Their values only the tool gets to see."""
    python: str = ""
    """`major.minor` of the interpreter the tool runs on; known once the tool is resolved."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the report must account for: pins where there is an inventory, else files."""
        if self.inventory is not None:
            return tuple(pin.subject for pin in self.inventory.pins)
        return self.inputs


USUAL_MEMORY: Final = 4 << 30
"""A bound, far above what scanners need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How to call the tool for a job; `args` follow the tool's own argv.

    File names of the target go in as `./NAME`, so that none can become an option.
    """

    args: tuple[str, ...]
    ok: frozenset[int]
    """Exit codes that mean the tool did its work; any other is a failure."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Written below `Job.scratch` before the tool starts."""
    cwd: Path | None = None
    """Default: the target's root."""
    env: Mapping[str, str] = field(default_factory=dict)
    memory: int = USUAL_MEMORY
    """Address-space limit in bytes."""
    timeout: float = 0.0
    """Seconds after which the tool must have hung; 0: only the scan's own limit counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a tool left behind."""

    job: Job
    code: int
    stdout: bytes
    stderr: bytes
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a tool said. Every subject of the job is in `looked_at` or in `not_assessed`."""

    findings: tuple[Finding, ...] = ()
    looked_at: frozenset[str] = frozenset()
    not_assessed: tuple[NotAssessed, ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)
    """Whole documents a tool makes, such as an SBOM, by file name."""
    assumed: bool = False
    """The tool does not list what it read; `looked_at` is what it was given."""
    proven: bool = True
    """False in another tool's log of which nothing shows that it looked at anything."""
    slow: frozenset[str] = frozenset()
    """Of what is not assessed, the files that the tool ran out of time on: it does so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One scanner. `command` and `parse` are pure: a recorded output tests all of it."""

    name: str
    kind: Kind
    grain: Grain
    homepage: str
    tool: Tool
    inputs: Callable[[Target], tuple[str, ...]]
    command: Callable[[Job], Command]
    parse: Callable[[Output], Report]
    applies: Callable[[Target], bool] | None = None
    """Whether the target holds anything for it. Default: when there are inputs."""
    refuses: Callable[[File], str] | None = None
    """Gives the reason why the tool must not be given an input; it is then not assessed."""
    spares: frozenset[str] = frozenset()
    """Roles of paths (policies/tables/path_roles.yaml) that it isn't given; they are counted."""
    ruleset: Callable[[], str] | None = None
    """Says which rules the tool is given, where they are ours and not the tool's."""
    needs: frozenset[Need] = frozenset()
    keys: tuple[str, ...] = ()
    """The user's variables with a credential for this tool. No other tool is given them."""
    on_request: str = ""
    """Why it runs only where it is named; empty: it runs wherever it applies."""
    markers: tuple[str, ...] = ()
    """Lower-case texts of inline suppressions; only files that hold one get a second pass."""
    raw_keys: frozenset[str] = frozenset()
    """JSON keys of the raw output that hold source text or hashes of secrets."""
    stands_in_for: str = ""
    """The adapter in whose place it looks. It runs where that one's tool can't be found, or where
    it is asked for by name, and never beside it: one flaw shall be one finding."""
