"""Fills a template of the user's; runs alone in a process of its own, which `template.py` bounds.

    python -I -m drawgate.reporting.sheet < ORDER > what the template makes

ORDER is JSON with `name`, `source` and `facts`. A template sees plain data (the JSON report), no
object of ours, no file and no environment. Exit code 0: filled; 3: the template is wrong, and
stdout says why as JSON with `line` and `what`.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from drawgate.core.words import count
from drawgate.reporting.formats.csv import inert
from drawgate.reporting.prose import code, link, prose
from drawgate.reporting.text import line, path

WRONG: Final = 3
_Clean = Callable[[str], str]


def _cell(text: str) -> str:
    """Write one cell of a CSV file: quoted, and no formula."""
    return '"' + inert(text).replace('"', '""') + '"'


def _quoted(text: str) -> str:
    """Write what may stand between double quotes in JSON, and so in YAML."""
    return json.dumps(line(text))[1:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    """What becomes of the texts that a template prints, and what else it may ask for."""

    clean: _Clean
    filters: Mapping[str, _Clean] = field(default_factory=dict)
    """These make a text safe for this language in another way, and for no other language."""


_PAGE: Final = _Language(clean=line)
"""HTML and XML: jinja2 escapes besides."""
_PROSE: Final = _Language(clean=prose, filters={"prose": prose, "code": code, "link": link})
_DATA: Final = _Language(clean=_quoted)
_TEXT: Final = _Language(clean=line)
_LANGUAGES: Final[Mapping[str, _Language]] = MappingProxyType({
    "md": _PROSE, "markdown": _PROSE, "json": _DATA, "yaml": _DATA, "yml": _DATA,
    "csv": _Language(clean=_cell), "txt": _TEXT, "text": _TEXT,
})  # fmt: skip
"""By the ending of a template's name; whatever stands not here is a page, which escapes most."""


def fill(name: str, source: str, facts: Mapping[str, Any]) -> str:
    """Fill a template. Raises jinja2's TemplateError, or what its own arithmetic raises."""
    language = _LANGUAGES.get(name.removesuffix(".j2").rpartition(".")[2].lower(), _PAGE)
    environment = ImmutableSandboxedEnvironment(
        autoescape=language is _PAGE,
        undefined=StrictUndefined,
        finalize=_finalize(language.clean),
        keep_trailing_newline=True,
    )
    environment.filters |= {"count": count, "line": line, "path": path}
    environment.filters |= {word: _marked(write) for word, write in language.filters.items()}
    return environment.from_string(source).render(facts)


def _finalize(clean: _Clean) -> Callable[[Any], Any]:
    """Clean each text on its way out; what a filter made safe, or `safe` vouches for, stays."""

    def cleaned(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
        return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value

    return cleaned


def _marked(write: _Clean) -> Callable[[Any], Markup]:
    def safe(value: Any) -> Markup:  # noqa: ANN401 - whatever a template gives a filter
        return Markup(write(str(value)))  # noqa: S704 - writing it is what makes it safe

    return safe


def _wrong(error: Exception) -> bytes:
    at = error.lineno if isinstance(error, TemplateSyntaxError) else _line(error.__traceback__)
    said = error.message if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
    return json.dumps({"line": at, "what": line(said or type(error).__name__)}).encode()


def _line(trace: TracebackType | None) -> int:
    """Find the template's own line, which jinja2 puts into tracebacks; 0 where there is none."""
    found = 0
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def main() -> int:
    """Read one order from stdin, and answer on stdout."""
    order = json.load(sys.stdin.buffer)
    try:
        filled = fill(order["name"], order["source"], order["facts"]).encode("utf-8", "replace")
    except Exception as error:  # noqa: BLE001 - a border: a template raises whatever Python does
        sys.stdout.buffer.write(_wrong(error))
        return WRONG
    sys.stdout.buffer.write(filled)
    return 0


if __name__ == "__main__":
    sys.exit(main())
