"""Everything an adapter may import; this module is the interface other people build on."""

from drawgate.core.adapter import Adapter, Command, Grain, Job, Need, Output, Report, Tool
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule, Unit
from drawgate.core.manifest import is_manifest
from drawgate.core.target import Encoding, File, NotAssessed, Target

__all__ = [
    "Adapter",
    "Command",
    "Dependency",
    "Encoding",
    "File",
    "Finding",
    "Grain",
    "Inventory",
    "Job",
    "Kind",
    "Location",
    "Need",
    "NotAssessed",
    "Output",
    "Pin",
    "Report",
    "Rule",
    "ScannerError",
    "Target",
    "Tool",
    "Unit",
    "as_argument",
    "as_path",
    "is_manifest",
]


def as_argument(path: str) -> str:
    """Write a path of the target so that no tool can take it for an option."""
    return f"./{path}"


def as_path(reported: str) -> str:
    """Undo `as_argument` on a path that a tool printed."""
    return reported.removeprefix("./")
