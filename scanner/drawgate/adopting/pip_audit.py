"""pip-audit: `--ignore-vuln` wherever commands stand, and `ignore-vulns` of its GitHub action."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from drawgate.adopting.entry import VULNERABILITY, Document, Entry, Found, Match, Source

_NAMES: Final = {
    "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "tox.ini", "setup.cfg",
    "noxfile.py", "pyproject.toml", ".pre-commit-config.yaml", ".gitlab-ci.yml", "Jenkinsfile",
    "azure-pipelines.yml", "Taskfile.yml", "tasks.py", "Dockerfile",
}  # fmt: skip
_ENDINGS: Final = {".sh", ".bash", ".mk"}
_CI_FOLDERS: Final = (".github/", ".circleci/", ".gitlab/", ".buildkite/", ".ci/")
_OPTION: Final = re.compile(rf"--ignore-vuln[=\s\"',\\\[\]-]{{1,80}}({VULNERABILITY})")
_INPUT: Final = re.compile(r"^( {0,40})ignore-vulns:[ \t]*(.*)$")
_WORD: Final = re.compile(rf"(?<![\w-]){VULNERABILITY}(?![\w-])")


def _fits(path: str) -> bool:
    pure = PurePosixPath(path)
    in_ci = path.startswith(_CI_FOLDERS) and pure.suffix in {".yml", ".yaml"}
    return in_ci or pure.name in _NAMES or pure.suffix in _ENDINGS


def _read(document: Document) -> Found:
    if b"ignore-vuln" not in document.data:
        return
    text = document.text
    for word, number in (*_options(text), *_inputs(document.lines)):
        yield Entry(
            tool="pip-audit",
            file=document.path,
            line=number,
            match=Match(vuln=word),
            reason=document.comment(number),
        )


def _options(text: str) -> Iterator[tuple[str, int]]:
    number, at = 1, 0
    for match in _OPTION.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        number += text.count("\n", at, match.start(1))
        at = match.start(1)
        if not text[start : match.start()].lstrip().startswith("#"):
            yield match[1], number


def _inputs(lines: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Read the words of the input and of the lines below that are indented more."""
    depth = -1
    for number, line in enumerate(lines, start=1):
        bare = line.partition("#")[0]
        found = _INPUT.match(bare)
        if found:
            depth = len(found[1])
        elif bare.strip() and len(bare) - len(bare.lstrip()) <= depth:
            depth = -1
        if depth >= 0:
            yield from ((word, number) for word in _WORD.findall(bare))


SOURCE: Final = Source(tool="pip-audit", fits=_fits, read=_read)
