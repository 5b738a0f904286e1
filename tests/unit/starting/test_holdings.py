"""What a repository holds decides how Drawgate is set up in it."""

from pathlib import Path

import pytest

from drawgate.starting.holdings import Ci, Holdings, find_holdings


def _tree(root: Path, files: dict[str, str]) -> Holdings:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return find_holdings(root, [name for name in files if not name.startswith(".git/")])


def test_files_are_told_by_their_names(tmp_path: Path) -> None:
    files = ("a.py", "b.PY", "web/c.ts", "Dockerfile", "svc/Dockerfile.dev", "requirements.txt",
             "x/pyproject.toml", ".github/workflows/ci.yml", ".pre-commit-config.yaml")  # fmt: skip

    assert Holdings(
        languages={"Python": 2, "TypeScript": 1},
        manifests=("requirements.txt", "x/pyproject.toml"),
        dockerfiles=("Dockerfile", "svc/Dockerfile.dev"),
        workflows=(".github/workflows/ci.yml",),
        runs_us=(),
        pre_commit=True,
        ci=Ci.GITHUB,
        branch="main",
    ) == _tree(tmp_path, dict.fromkeys(files, ""))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({".github/workflows/a.yml": ""}, Ci.GITHUB),
        ({".gitlab-ci.yml": ""}, Ci.GITLAB),
        ({".github/workflows/a.yml": "", ".gitlab-ci.yml": ""}, Ci.GITHUB),
        ({".github/workflows/a.yml": "", ".gitlab-ci.yml": "",
          ".git/config": '[remote "o"]\n\turl = https://gitlab.example.org/a/b\n'}, Ci.GITLAB),
        ({".git/config": "\turl = git@github.com:a/b.git\n"}, Ci.GITHUB),
        ({".git/config": "\turl = ssh://forge.example.org/a\n"}, Ci.NONE),
        ({}, Ci.NONE),
    ],
)  # fmt: skip
def test_the_ci_system_is_told_by_its_files_and_then_by_the_origin(
    tmp_path: Path, files: dict[str, str], expected: Ci
) -> None:
    assert expected is _tree(tmp_path, files).ci


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({".git/refs/remotes/origin/HEAD": "ref: refs/remotes/origin/release/2\n"}, "release/2"),
        ({".git/HEAD": "ref: refs/heads/master\n"}, "master"),
        ({".git/HEAD": "ref: refs/heads/my-feature\n"}, "main"),
        ({".git/refs/remotes/origin/HEAD": 'ref: refs/remotes/origin/x"]\n'}, "main"),
        ({".git": "gitdir: /elsewhere\n"}, "main"),
    ],
)
def test_the_branch_is_the_origins_head_or_a_usual_one(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    """A name that could end the text it is written into is none."""
    assert expected == _tree(tmp_path, files).branch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- run: drawgate scan\n", True),
        ("- uses: acme/drawgate@0123\n", True),
        ("uses: acme/drawgate/.github/workflows/scan.yml@0123\n", True),
        ("- uses: acme/drawgate-like@0123\n", False),
        ("# - run: drawgate scan\n", False),
        ("- run: drawgate-scanner\n", False),
    ],
)
def test_a_job_that_runs_drawgate_is_seen(tmp_path: Path, text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    name = ".github/workflows/ci.yml"

    assert ((name,) if expected else ()) == _tree(tmp_path, {name: text}).runs_us


def test_what_lies_behind_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text("- run: drawgate scan\n")
    root = tmp_path / "root"
    (root / ".github/workflows").mkdir(parents=True)
    (root / ".github/workflows/ci.yml").symlink_to(tmp_path / "outside.yml")

    assert () == find_holdings(root, [".github/workflows/ci.yml"]).runs_us
