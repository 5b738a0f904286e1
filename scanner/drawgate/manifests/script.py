"""Reads what a script says about itself: the block of PEP 723, which uv and pipx install from."""

from typing import Final

import msgspec

from drawgate.manifests.limits import affordable
from drawgate.manifests.locate import quoted_lines
from drawgate.manifests.pyproject import declared
from drawgate.manifests.reading import Reading, collect
from drawgate.manifests.text import toml
from drawgate.manifests.uv_table import Uv, narrowed

_FIRST: Final = "# /// script"
_LAST: Final = "# ///"
_SUFFIXES: Final = (".py", ".pyw")


class _Tools(msgspec.Struct):
    uv: Uv = msgspec.field(default_factory=Uv)


class _Block(msgspec.Struct):
    dependencies: list[str] = msgspec.field(default_factory=list)
    tool: _Tools = msgspec.field(default_factory=_Tools)


def holds(path: str, content: bytes) -> bool:
    """Tell whether a file is a script with such a block."""
    script = path.endswith(_SUFFIXES) or content.startswith(b"#!")
    return script and any(line == _FIRST.encode() for line in content.splitlines())


def read(path: str, text: str) -> Reading:
    """Give what the block names; ValueError when it is malformed, or when there are two."""
    block = _block(text)
    said = msgspec.convert(toml(block), _Block)
    quoted = quoted_lines(block)
    entries = affordable(said.dependencies, len)
    pairs = narrowed(entries, said.tool.uv)
    return collect(declared(entry, path, quoted.get(shown)) for entry, shown in pairs)


def _block(text: str) -> str:
    """Give the block's TOML with as many lines before it as there are in the file.

    PEP 723: it ends at the last line that could end it before a line that is no comment.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [number for number, line in enumerate(lines) if line == _FIRST]
    found: list[str] = []
    over = 0
    for start in starts:
        if start < over:
            continue
        end = 0
        for number in range(start + 1, len(lines)):
            if lines[number] != "#" and not lines[number].startswith("# "):
                break
            end = number if lines[number] == _LAST else end
        if end:
            content = (line[2:] for line in lines[start + 1 : end])
            found.append("\n" * (start + 1) + "\n".join(content))
            over = end
    if len(found) > 1:
        raise ValueError("it has more than one block of PEP 723")
    if not found:
        raise ValueError("its block of PEP 723 has no end")
    return found[0]
