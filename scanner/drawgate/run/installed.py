"""What a tool consists of: its launcher, its interpreter, and the packages it brings into play."""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

_SCRIPT: Final = 1 << 20
"""Bytes. What begins with `#!` and is longer is no launcher."""
_DEEPEST: Final = 4
"""Launchers that start one another."""
_NAMED: Final = re.compile(rb"(?<![\w.~-])/[\w./+@~-]+")
_HANDS_OVER: Final = re.compile(rb"(?m)^[ \t]*(?:'''exec'|exec)[ \t]+[\"']?(?=/)")
"""The one line of a shell script that tells what all the others are for."""
_PYTHON: Final = re.compile(r"(?:python|pypy)[\d.]*")
_SYSTEM_SITES: Final = re.compile(r"(?im)^include-system-site-packages\s*=\s*true\s*$")
_HOME: Final = re.compile(r"(?m)^home\s*=\s*(.+?)\s*$")
_SITES: Final = ("lib/python3*/*-packages", "lib64/python3*/*-packages")
_METADATA: Final = (".dist-info", ".egg-info", ".egg-link")
_NEEDED: Final = re.compile(rb"(?m)^Requires-Dist: *([A-Za-z0-9._-]+)([^\r\n]*)")
_SIGNS: Final = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The files a tool's answer rests on; folders stand for all that is in them."""

    files: tuple[Path, ...]
    names: tuple[str, ...]
    """Everything that is installed beside it, with its version."""
    narrowed: bool
    """Whether `files` are the tool's own and what it needs; else they are all there is."""


def installed(program: Path, distribution: str) -> Installed | None:
    """Look at the program of a tool; None: it starts something that nobody can tell.

    Counted are the tool's distribution, those that it needs, those that register something with
    it (its plugins), and what runs whenever the interpreter starts. Where the distribution is not
    found, all that is installed counts.
    """
    programs = _followed(program)
    if programs is None:
        return None
    sites = _sites(programs) if any(_PYTHON.fullmatch(path.name) for path in programs) else []
    known = {_name(path): path for site in reversed(sites) for path in _metadata(site)}
    own = _own(known, _canonical(distribution))
    found = [file for each in own for file in _files(known[each])] if own else sites
    starting = (path for site in sites for path in _starting(site))
    programs += [path.resolve() for path in programs]
    return Installed(
        files=tuple(sorted({*programs, *found, *starting})),
        names=tuple(sorted(path.name for site in sites for path in _metadata(site))),
        narrowed=bool(own) or not sites,
    )


def _followed(program: Path) -> list[Path] | None:
    """Give a program and all that it starts: interpreters, and what its text names."""
    found: dict[Path, None] = {program: None}
    new = [program]
    for _ in range(_DEEPEST):
        started = [_started(path) for path in new]
        if any(each is None for each in started):
            return None
        new = [path for each in started if each for path in each if path not in found]
        found.update(dict.fromkeys(new))
        if not new:
            return list(found)
    return None


def _started(program: Path) -> list[Path] | None:
    """Give what a script starts; none for a program of machine code; None where nobody knows."""
    with program.open("rb") as file:
        if file.read(2) != b"#!":
            return []
        text = file.read(_SCRIPT)
    first, _, rest = text.partition(b"\n")
    words = [word for word in first.decode("utf-8", "replace").split() if word[:1] != "-"]
    interpreter = _interpreter(words)
    if interpreter is None:
        return None
    if _PYTHON.fullmatch(interpreter.name):
        return [interpreter]
    if not _HANDS_OVER.search(rest):
        return None
    named = [Path(name.decode()) for name in _NAMED.findall(rest)]
    return [interpreter, *(path for path in named if os.access(path, os.X_OK) and path.is_file())]


def _interpreter(words: list[str]) -> Path | None:
    name = words[0] if words else ""
    if Path(name).name == "env":
        name = next((word for word in words[1:] if "=" not in word), "")
        name = shutil.which(name) or ""
    return Path(name) if name.startswith("/") and Path(name).is_file() else None


def _sites(programs: Iterable[Path]) -> list[Path]:
    """Give the folders that packages are installed in, of every environment that plays a part."""
    roots: dict[Path, None] = {}
    for path in programs:
        # A link leads to a launcher elsewhere; that of an environment's interpreter, out of it.
        own = {path.parent.parent}
        if not _PYTHON.fullmatch(path.name) or not (path.parent.parent / "pyvenv.cfg").is_file():
            own.add(path.resolve().parent.parent)
        for root in sorted(own):
            roots.update(dict.fromkeys((root, *_below(root))))
    return list(dict.fromkeys(site for root in roots for site in _packages(root)))


def _below(root: Path) -> Iterator[Path]:
    """Give the installation below an environment, where its packages can be seen."""
    settings = root / "pyvenv.cfg"
    text = settings.read_text("utf-8", "replace") if settings.is_file() else ""
    if _SYSTEM_SITES.search(text) and (home := _HOME.search(text)):
        yield Path(home[1]).parent


def _packages(root: Path) -> Iterator[Path]:
    for folder in (root, root / "local"):
        yield from (site.resolve() for each in _SITES for site in sorted(folder.glob(each)))


def _metadata(site: Path) -> list[Path]:
    return [path for path in sorted(site.iterdir()) if path.name.endswith(_METADATA)]


def _starting(site: Path) -> Iterator[Path]:
    """Give what the interpreter runs before anything else."""
    for name in ("*.pth", "sitecustomize.py", "usercustomize.py"):
        yield from site.glob(name)


def _name(metadata: Path) -> str:
    return _canonical(metadata.name.removesuffix(metadata.suffix).partition("-")[0])


def _canonical(name: str) -> str:
    return _SIGNS.sub("-", name).lower()


def _own(known: dict[str, Path], tool: str) -> list[str]:
    """Give the tool's distribution, its plugins, and all that these need."""
    if tool not in known:
        return []
    group = tool.replace("-", "[-_.]").encode()
    registered = re.compile(rb"(?mi)^\[" + group + rb"\b")
    plugins = [
        name for name, path in known.items() if registered.search(_read(path / "entry_points.txt"))
    ]
    found = dict.fromkeys((tool, *plugins))
    new = list(found)
    while new:
        new = [each for name in new for each in _needs(known[name]) if each not in found]
        new = [name for name in dict.fromkeys(new) if name in known]
        found.update(dict.fromkeys(new))
    return list(found)


def _needs(metadata: Path) -> Iterator[str]:
    """Give what a distribution needs in any case; the names of all else count anyway."""
    text = _read(metadata / "METADATA") or _read(metadata / "PKG-INFO")
    for match in _NEEDED.finditer(text.partition(b"\n\n")[0]):
        if b"extra ==" not in match[2]:
            yield _canonical(match[1].decode())


def _files(metadata: Path) -> Iterator[Path]:
    """Give the files and folders of a distribution; all of its site where nothing lists them."""
    site = metadata.parent
    if metadata.suffix == ".egg-link":
        yield Path(metadata.read_text("utf-8", "replace").partition("\n")[0].strip())
        return
    yield metadata
    yield from _editable(metadata)
    record = _read(metadata / "RECORD").decode("utf-8", "replace")
    listed = {line.strip('"').partition(",")[0] for line in record.splitlines()}
    if not listed:
        listed = set(_read(metadata / "top_level.txt").decode("utf-8", "replace").split())
        listed |= {f"{name}.py" for name in listed}
    if not listed:
        yield site
    for first in {name.partition("/")[0] for name in listed} - {"", ".", "..", "__pycache__"}:
        if (site / first).exists():
            yield site / first


def _editable(metadata: Path) -> Iterator[Path]:
    """Give the folder a distribution is run from where it was installed (PEP 610)."""
    try:
        told = json.loads(_read(metadata / "direct_url.json") or b"{}")
        if told.get("dir_info", {}).get("editable") is True:
            yield Path(unquote(urlsplit(told["url"]).path))
    except (ValueError, AttributeError, KeyError, TypeError):
        yield metadata.parent


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
