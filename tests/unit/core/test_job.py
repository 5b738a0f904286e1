"""A job says what its report must account for, and a target knows its files."""

from pathlib import Path

from drawgate.core.adapter import Job
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.target import File, Form, Target
from drawgate.plugin import as_argument, as_path

PIN = Pin(ecosystem="PyPI", name="flask", version="0.12", manifest="requirements.txt", line=3)


def test_a_job_accounts_for_files_or_for_packages() -> None:
    files = Job(root=Path("/target"), inputs=("a.py", "b.py"))
    packages = Job(
        root=Path("/target"),
        inputs=("requirements.txt",),
        inventory=Inventory(manifests=("requirements.txt",), pins=(PIN,)),
    )

    assert ("a.py", "b.py") == files.subjects
    assert ("requirements.txt: flask==0.12",) == packages.subjects


def test_files_are_found_by_the_last_part_of_their_name() -> None:
    files = tuple(
        File(path=path, size=1) for path in ("a.py", "py/b.txt", "py/c.PY", "d/setup.cfg")
    )
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=files)

    assert ("a.py", "d/setup.cfg") == target.named("*.py", "setup.cfg")


def test_names_go_to_tools_as_paths_and_come_back_as_names() -> None:
    assert ["./-x", "./a/b"] == [as_argument(name) for name in ("-x", "a/b")]
    assert ["-x", "a/b", "a"] == [as_path(name) for name in ("./-x", "./a/b", "a")]
