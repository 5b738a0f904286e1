"""From findings and files to changes, commands, and what stays as it is, with the reason."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from packaging.requirements import Requirement

from drawgate.core.finding import Dependency, Finding, State
from drawgate.core.manifest import DECLARATIONS, REQUIREMENTS, SOURCES, is_manifest
from drawgate.manifests import survey, uv_lock
from drawgate.manifests.list_graph import annotations, generated
from drawgate.manifests.reading import normal, spelled
from drawgate.manifests.requirement_lines import items
from drawgate.manifests.text import decode, strict
from drawgate.upgrades import npm, remedy
from drawgate.upgrades.choice import Affecting, Choice, choose
from drawgate.upgrades.lines import raise_line
from drawgate.upgrades.specifiers import NotRaisedError
from drawgate.upgrades.tables import Wish, raise_toml

_TABLES: Final = {"pyproject.toml": False, "Pipfile": True}
"""Files in TOML, and whether they are a Pipfile."""
_HASHED: Final = "its lines have hashes, and a new version needs new ones"
_LOCKED: Final = "a lock is written by its tool alone"
_COMPILED: Final = "a compiled list is written by its tool alone"
MOST: Final = 1_000
"""Packages that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done about one package in one manifest."""

    manifest: str
    package: Dependency
    choice: Choice
    changes: str = ""
    """The file that the patch changes for it; empty where it changes none."""
    then: str = ""
    """What is to be done besides, or instead."""
    reason: str = ""
    """Why no file is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All steps, and the files as they would be."""

    steps: tuple[Step, ...]
    changes: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """By path, a file's content before and after."""
    passed_over: int = 0
    """Packages that were not looked at: more than anybody would change at once."""


def propose(
    findings: Iterable[Finding], files: Mapping[str, bytes], affecting: Affecting
) -> Proposal:
    """Propose the lowest upgrades that close findings about packages.

    `files` are the target's manifests as they are now. What is suppressed or gone needs none.
    """
    packages: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        package = finding.dependency
        if package and not finding.suppressed and finding.state is not State.ABSENT:
            name = normal(package.name) if package.ecosystem == "PyPI" else ""
            key = (finding.path, package.ecosystem, name or package.name, package.version)
            packages.setdefault(key, []).append(finding)
    desk = _Desk(files)
    steps = [desk.step(packages[key], affecting) for key in sorted(packages)[:MOST]]
    changes = {p: (files[p], new) for p, new in desk.now.items() if new != files[p]}
    return Proposal(steps=tuple(steps), changes=changes, passed_over=max(0, len(packages) - MOST))


class _Desk:
    """The manifests while they are being changed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.now = dict(files)

    def step(self, findings: Sequence[Finding], affecting: Affecting) -> Step:
        """Decide about one package in one manifest."""
        manifest, package = findings[0].path, findings[0].dependency
        assert package is not None  # noqa: S101 - that is how they were chosen
        told = Step(manifest=manifest, package=package, choice=Choice(stays=tuple(findings)))
        if any(finding.malicious for finding in findings):
            why = "it is malware: remove it, and rotate the credentials it saw"
            return replace(told, reason=why)
        match package.ecosystem:
            case "PyPI":
                return self._of_pypi(told, findings, affecting)
            case "npm":
                return self._of_npm(told, findings)
            case _:
                fixed = ", ".join(package.fixed) or "unknown"
                why = f"files of {package.ecosystem} are not changed; fixed versions: {fixed}"
                return replace(told, reason=why)

    def _of_pypi(self, told: Step, findings: Sequence[Finding], affecting: Affecting) -> Step:
        # What another tool's log calls a package goes into files and commands: only a name may.
        name = normal(told.package.name)
        if not name:
            return replace(told, reason="its name is none that PyPI knows")
        package = replace(told.package, name=name, version=spelled(told.package.version))
        choice = choose(package.name, package.version, findings, affecting)
        told = Step(manifest=told.manifest, package=package, choice=choice)
        if not choice.version:
            return replace(told, reason="no fixed version is known")
        if told.manifest not in self.files:
            return replace(told, reason="the target holds no such manifest that can be read")
        return self._placed(told)

    def _of_npm(self, told: Step, findings: Sequence[Finding]) -> Step:
        """Name npm's own command: a log of another tool found it, and the lock is npm's."""
        package = npm.with_origin(told.package, told.manifest, self.files)
        told = replace(told, package=package)
        mendable = [f for f in findings if f.dependency and f.dependency.fixed]
        version = npm.lowest(mendable, package.version) if mendable else ""
        then = npm.command(package, version, told.manifest) if version else ""
        if not then:
            return replace(told, reason="no fixed version is known that npm could install")
        stays = tuple(finding for finding in findings if finding not in mendable)
        choice = Choice(version=version, closes=tuple(mendable), stays=stays)
        return replace(told, choice=choice, then=then, reason="npm writes its files itself")

    def _placed(self, told: Step) -> Step:
        manifest = told.manifest
        if remedy.is_lock(manifest):
            return self._locked(told)
        if is_manifest(manifest, DECLARATIONS):
            return self._declared(told, manifest)
        return self._listed(told)

    def _locked(self, told: Step) -> Step:
        """Leave the lock to its tool; raise what the project itself asks for."""
        package, version = told.package, told.choice.version
        command = remedy.for_lock(told.manifest, package.name, version, changed=False)
        if package.direct is False:
            return replace(told, then=command, reason=_LOCKED)
        done = self._first(told, self._beside(told.manifest))
        if done and done.changes:
            again = remedy.for_lock(told.manifest, package.name, version, changed=True)
            return replace(done, then=again)
        return done or replace(told, then=command, reason=_LOCKED)

    def _beside(self, manifest: str) -> list[str]:
        """Give the declarations that a lock is made from; uv.lock may be of several projects."""
        folders = dict.fromkeys([posixpath.dirname(manifest)])
        if posixpath.basename(manifest) == "uv.lock":
            with suppress(ValueError, RecursionError):
                found = uv_lock.read(manifest, strict(self.files[manifest])).members
                folders |= dict.fromkeys("" if each == "." else each for each in sorted(found))
        names = (*_TABLES, "setup.cfg")
        paths = (posixpath.join(folder, name) for folder in folders for name in names)
        return [path for path in paths if path in self.files]

    def _declared(self, told: Step, manifest: str) -> Step:
        if told.package.via:
            return replace(told, reason="", then=self._constrain(told))
        if posixpath.basename(manifest) == "setup.py":
            return replace(told, reason="setup.py is a program, and is not changed")
        return self._raise(told)

    def _listed(self, told: Step) -> Step:
        """Raise a line that a person wrote; what a tool wrote is for the tool."""
        text = decode(self.files[told.manifest])
        via = annotations(text)
        sources = remedy.sources_of(told.manifest, text, self.files)
        by_hand = is_manifest(told.manifest, SOURCES) or not (via or _generated(text))
        # A list that was frozen is made from nothing: it is edited like any other.
        if by_hand or not (via or sources or "--hash" in text):
            raised = self._raise(told)
            missing = not raised.changes and "names it" in raised.reason
            return replace(told, then=self._constrain(told)) if missing else raised
        return self._compiled(told, text, sources)

    def _compiled(self, told: Step, text: str, sources: Sequence[str]) -> Step:
        """Leave a compiled list to its tool; raise what it was made from."""
        package, version = told.package, told.choice.version
        source = next(iter(sources), "")
        again = remedy.for_compiled(told.manifest, text, source, package.name, version)
        done = self._first(told, sources) if package.direct is not False else None
        if done:
            return replace(done, then=again if done.changes else "")
        if "--hash" in text and not (annotations(text) or sources):
            hashes = remedy.for_hashes(package.name, version)
            return replace(told, reason=_HASHED, then=hashes)
        return replace(told, reason=_COMPILED, then=again)

    def _first(self, told: Step, sources: Sequence[str]) -> Step | None:
        """Raise the first of several files that can be, or say which of them does not allow it."""
        refused = None
        for source in sources:
            raised = self._raise(replace(told, manifest=source))
            if raised.changes:
                return replace(told, changes=raised.changes)
            if "does not allow" in raised.reason and refused is None:
                refused = replace(told, reason=f"{source}: {raised.reason}")
        return refused

    def _constrain(self, told: Step) -> str:
        package = told.package
        by = f"; {package.via[0]} brings it in" if package.via else ""
        return (
            f"add `{package.name}>={told.choice.version}` to a constraints file "
            f"(`pip install -c`){by}"
        )

    def _raise(self, told: Step) -> Step:
        """Change a file, if reading it again shows this change and no other."""
        path, package, version = told.manifest, told.package, told.choice.version
        try:
            new = self._raised(path, package.name, package.version, version)
        except NotRaisedError as error:
            return replace(told, reason=str(error))
        if new == self.now[path]:
            return replace(told, reason="no line of its own names it")
        if not _right(path, self.now[path], new, package.name):
            return replace(told, reason="a change of its line would change something else as well")
        self.now[path] = new
        return replace(told, changes=path, reason="")

    def _raised(self, path: str, name: str, present: str, version: str) -> bytes:
        table = _TABLES.get(posixpath.basename(path))
        if table is not None:
            wish = Wish(name=name, present=present, version=version)
            return raise_toml(self.now[path], wish, pipfile=table)
        if is_manifest(path, (*REQUIREMENTS, *SOURCES, "setup.cfg")) or path.endswith(
            (".txt", ".in")
        ):
            return raise_line(self.now[path], name, present, version)
        raise NotRaisedError("files of this sort are not changed")


def _generated(text: str) -> bool:
    listed = [item for _, item in items(text)]
    return generated(text, [item for item in listed if isinstance(item, Requirement)])


def _right(path: str, old: bytes, new: bytes, name: str) -> bool:
    """Tell whether only one package is asked for otherwise than before."""
    # A list is one because another includes it, whatever it is called.
    path = path if is_manifest(path) else "requirements.txt"
    before, after = (survey({path: content}) for content in (old, new))
    pins = {(p.name, p.version, p.line) for p in before.pins} ^ {
        (p.name, p.version, p.line) for p in after.pins
    }
    asked = {(d.name, d.requirement, d.line) for d in before.declared} ^ {
        (d.name, d.requirement, d.line) for d in after.declared
    }
    known = {each[0] for each in (*pins, *asked)}
    return known == {name} and before.not_assessed == after.not_assessed
