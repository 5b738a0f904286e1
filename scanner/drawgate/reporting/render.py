"""The output formats by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from drawgate.reporting.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One output format; its module has the same name."""

    name: str

    def render(self, view: View) -> bytes:
        """Render a view; the same view gives the same bytes."""
        module = import_module(f"drawgate.reporting.formats.{self.name.replace('-', '_')}")
        return cast("Callable[[View], bytes]", module.render)(view)


_NAMES: Final = ("csv", "github", "gitlab", "html", "json", "junit", "markdown", "terminal")
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({n: Format(name=n) for n in _NAMES})
"""Every format by its name; its module is imported when it is used."""
PUBLISHED: Final[Mapping[str, Format]] = MappingProxyType(
    {name: Format(name=name) for name in ("cyclonedx-vex", "openvex")}
)
"""Those that need somebody who speaks: `View.publisher`."""
