"""The output formats by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from drawgate.reporting.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One output format. `file_name` is what it is called in the output directory."""

    name: str
    file_name: str
    media_type: str

    def render(self, view: View) -> bytes:
        """Render a view; the same view gives the same bytes."""
        module = import_module(f"drawgate.reporting.formats.{self.name}")
        return cast("Callable[[View], bytes]", module.render)(view)


_ALL: Final = (
    Format(name="csv", file_name="findings.csv", media_type="text/csv"),
    Format(name="github", file_name="annotations.txt", media_type="text/plain"),
    Format(name="gitlab", file_name="gl-code-quality-report.json", media_type="application/json"),
    Format(name="html", file_name="report.html", media_type="text/html"),
    Format(name="json", file_name="report.json", media_type="application/json"),
    Format(name="junit", file_name="junit.xml", media_type="application/xml"),
    Format(name="markdown", file_name="summary.md", media_type="text/markdown"),
    Format(name="terminal", file_name="summary.txt", media_type="text/plain"),
)
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({item.name: item for item in _ALL})
"""Every format by its name; its module is imported when it is used."""
