"""Which names are manifests: also those that people write in their own way."""

import pytest

from drawgate.core.manifest import is_manifest


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt", "Requirements.TXT", "requirement.txt", "requirements-dev.txt",
        "dev_requirements.txt", "requirements/base.txt", "a/requirements/base.txt", "reqs.txt",
        "dev-reqs.txt", "reqs/base.txt", "constraints.txt", "requirements.in", "poetry.lock",
        "requirements.pip", "Pipfile", "pipfile.lock", "pylock.toml", "pylock.dev.toml",
        "sub/pyproject.toml", "reqs/dev.in", "dev-reqs.in", "constraints.in", "requirement.in",
    ],
)  # fmt: skip
def test_a_manifest(path: str) -> None:
    assert is_manifest(path)


@pytest.mark.parametrize(
    "path",
    [
        "readme.txt", "requirements/base.md", "docs/requests.txt", "lock.toml", "a.py",
        "MANIFEST.in", "config.h.in", "deps/Makefile.in", "dev.in",
    ],
)  # fmt: skip
def test_no_manifest(path: str) -> None:
    assert not is_manifest(path)
