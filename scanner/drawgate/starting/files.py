"""The files that `init` proposes, as texts: a configuration, and a job for the CI system."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from drawgate import __version__
from drawgate.starting.holdings import CONFIG, GITLAB_JOB, GITLAB_MAIN, WORKFLOW, Ci, Holdings

_TEMPLATES: Final = Path(__file__).parent / "templates"
_INCLUDE: Final = f"include:\n  - local: {GITLAB_JOB}\n"
_LARGEST: Final = 1 << 17
"""Characters; people write no longer ones, and to read them costs seconds."""
_WHERE: Final = {
    Ci.GITHUB: f"flags of `drawgate scan` in {WORKFLOW}",
    Ci.GITLAB: f"flags of `drawgate scan` in {GITLAB_JOB}",
    Ci.NONE: "flags of `drawgate scan` where your CI system calls it",
}


@dataclass(slots=True, kw_only=True)
class Proposed:
    """Files by path, and sentences about what a person has to know or do."""

    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def propose(holdings: Holdings, configured: str, main: bytes | None) -> Proposed:
    """Make the files. `configured` names a configuration of ours that is there already.

    `main` is what `.gitlab-ci.yml` holds, None where there is none.
    """
    made = Proposed()
    if configured:
        made.notes.append(f"{configured} is there already and stays as it is")
    else:
        made.files[CONFIG] = _template("drawgate.toml", WHERE=_WHERE[holdings.ci])
    if holdings.runs_us:
        made.notes.append(f"{holdings.runs_us[0]} runs Drawgate already, so no other job is added")
        return made
    match holdings.ci:
        case Ci.GITHUB:
            made.files[WORKFLOW] = github(holdings)
        case Ci.GITLAB:
            made.files[GITLAB_JOB] = gitlab(holdings)
            _include(made, main)
        case Ci.NONE:
            made.notes.append("no CI system was recognized; --ci github or gitlab adds a job")
    return made


def github(holdings: Holdings) -> str:
    """Write the workflow for GitHub Actions."""
    data = _template("github-advisories.yml") if holdings.manifests else ""
    return _template("github.yml", ADVISORIES=data, BRANCH=holdings.branch, VERSION=__version__)


def gitlab(holdings: Holdings) -> str:
    """Write the job for GitLab CI."""
    data = _template("gitlab-advisories.yml") if holdings.manifests else ""
    return _template("gitlab.yml", ADVISORIES=data, VERSION=__version__)


def _include(made: Proposed, main: bytes | None) -> None:
    """Call the job from the main file, but change that only where it is certain to work."""
    text = "" if main is None else main.decode("utf-8", "replace")
    if main is None:
        made.files[GITLAB_MAIN] = _INCLUDE
    elif GITLAB_JOB in text:
        return
    elif text.encode() == main and _has_room(text):  # a byte that is not UTF-8 would be lost
        gap = "\n" if text.endswith("\n") else "\n\n"
        made.files[GITLAB_MAIN] = f"{text}{gap}{_INCLUDE}"
    else:
        made.notes.append(f"add `- local: {GITLAB_JOB}` to `include:` in {GITLAB_MAIN} yourself")


def _has_room(main: str) -> bool:
    """Tell whether a top-level `include:` can be added at the end.

    The text is composed only: what GitLab means by its tags plays no part, and no alias is
    followed.
    """
    if len(main) > _LARGEST:
        return False
    try:
        documents = list(yaml.compose_all(f"{main}\n\n{_INCLUDE}", Loader=yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError):
        return False
    last = documents[-1]
    if not isinstance(last, yaml.MappingNode):
        return False
    return [key.value for key, _ in last.value].count("include") == 1


def _template(name: str, **words: str) -> str:
    text = (_TEMPLATES / name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@\n" if word == "ADVISORIES" else f"@{word}@", value)
    return text
