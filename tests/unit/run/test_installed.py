"""What of an environment a tool's answer rests on, and what it does not."""

import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from drawgate.run.installed import Installed, installed

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Environment:
    """A real virtual environment without pip, and ways to put things into it."""

    root: Path

    @property
    def site(self) -> Path:
        return self.root / f"lib/python{VERSION}/site-packages"

    @property
    def program(self) -> Path:
        return self.root / "bin/toy"

    def install(self, name: str, needs: str = "", **files: str) -> Path:
        """Install a distribution as pip does; give its metadata."""
        about = self.site / f"{name}-1.0.dist-info"
        inner = {
            f"{name}/__init__.py": "",
            f"{about.name}/METADATA": f"Metadata-Version: 2.1\nName: {name}\n{needs}\ntext\n",
        } | {key.replace("__", "/"): text for key, text in files.items()}
        for path, text in inner.items():
            (self.site / path).parent.mkdir(exist_ok=True)
            (self.site / path).write_text(text)
        record = "".join(f"{path},sha256=x,1\n" for path in inner)
        (about / "RECORD").write_text(f"../../../bin/{name},,\n{record}")
        return about

    def launcher(self, text: str | None = None) -> Path:
        self.program.write_text(text or f"#!{self.root}/bin/python3\nimport toy\n")
        self.program.chmod(0o755)
        return self.program


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = Environment((tmp_path / "env").resolve())
    venv.create(made.root, symlinks=True, with_pip=False)
    made.install("toy")
    made.launcher()
    return made


def counted(found: Installed | None, environment: Environment) -> set[str]:
    assert found is not None
    inside = (p for p in found.files if p.is_relative_to(environment.site))
    return {str(path.relative_to(environment.site)) for path in inside}


def test_the_tool_and_what_it_needs(environment: Environment) -> None:
    """Counted are its distribution, what that needs however deep, and its interpreter."""
    environment.install("toy", "Requires-Dist: First_Part>=1\nRequires-Dist: dev; extra == 'dev'\n")
    environment.install("first_part", "Requires-Dist: second\n")
    for name in ("second", "dev", "stranger"):
        environment.install(name)

    found = installed(environment.program, "toy")

    assert counted(found, environment) == {
        "toy", "toy-1.0.dist-info", "first_part", "first_part-1.0.dist-info",
        "second", "second-1.0.dist-info",
    }  # fmt: skip
    assert found is not None
    assert found.narrowed
    assert environment.program in found.files
    assert Path(sys.executable).resolve() in found.files
    assert "stranger-1.0.dist-info" in found.names


def test_a_plugin(environment: Environment) -> None:
    """What registers something with the tool counts with what it needs in turn."""
    about = environment.install("guest", "Requires-Dist: helping\n")
    (about / "entry_points.txt").write_text("[console_scripts]\nx = y\n[toy.plugins]\na = guest\n")
    other = environment.install("other")
    (other / "entry_points.txt").write_text("[toys.plugins]\na = other\n")
    environment.install("helping")

    found = counted(installed(environment.program, "toy"), environment)

    assert {"guest", "helping"} <= found
    assert "other" not in found


def test_what_runs_at_every_start(environment: Environment) -> None:
    """Whatever the interpreter runs before the tool counts, whoever put it there."""
    (environment.site / "any.pth").write_text("import any_start\n")
    (environment.site / "sitecustomize.py").write_text("")

    assert {"any.pth", "sitecustomize.py"} <= counted(
        installed(environment.program, "toy"), environment
    )


@pytest.mark.parametrize(
    "told",
    ['{"url": "file://FOLDER", "dir_info": {"editable": true}}', "link"],
)
def test_run_from_its_source(environment: Environment, tmp_path: Path, told: str) -> None:
    """An editable installation counts with the folder its source is in (PEP 610, egg-link)."""
    folder = tmp_path / "a source"
    folder.mkdir()
    about = environment.site / "toy-1.0.dist-info"
    if told == "link":
        for path in about.iterdir():
            path.unlink()
        about.rmdir()
        (environment.site / "toy.egg-link").write_text(f"{folder}\n.\n")
    else:
        (about / "direct_url.json").write_text(told.replace("FOLDER", folder.as_uri()[7:]))

    found = installed(environment.program, "toy")

    assert found is not None
    assert folder in found.files
    assert found.narrowed


@pytest.mark.parametrize("listed", ["top_level.txt", ""])
def test_a_distribution_without_a_list_of_files(environment: Environment, listed: str) -> None:
    """Without RECORD, as distributors ship it, its top level counts, or all that is there."""
    about = environment.site / "toy-1.0.dist-info"
    (about / "RECORD").unlink()
    if listed:
        (about / listed).write_text("toy\n_toy\n")

    found = installed(environment.program, "toy")

    assert found is not None
    assert (environment.site in found.files) == (not listed)
    assert (environment.site / "toy" in found.files) == bool(listed)


def test_a_tool_that_is_no_distribution(environment: Environment) -> None:
    """Where nothing says what belongs to a Python script, all that it could import counts."""
    found = installed(environment.program, "another")

    assert found is not None
    assert not found.narrowed
    assert environment.site in found.files


def test_an_environment_that_sees_the_one_below(environment: Environment, tmp_path: Path) -> None:
    """Packages of the installation below count where the environment lets them be seen."""
    below = Environment(tmp_path / "below")
    below.site.mkdir(parents=True)
    below.install("toy")
    settings = environment.root / "pyvenv.cfg"
    settings.write_text(f"home = {below.root}/bin\ninclude-system-site-packages = true\n")
    for path in (environment.site / "toy-1.0.dist-info").iterdir():
        path.unlink()
    (environment.site / "toy-1.0.dist-info").rmdir()

    found = installed(environment.program, "toy")

    assert found is not None
    assert below.site / "toy" in found.files


def test_a_link_to_the_launcher(environment: Environment, tmp_path: Path) -> None:
    """A link elsewhere, as pipx makes it, leads to the environment of the launcher."""
    link = tmp_path / "toy"
    link.symlink_to(environment.program)

    assert "toy" in counted(installed(link, "toy"), environment)


@pytest.mark.parametrize(
    "text",
    [
        '#!/bin/sh\nexec {program} "$@"\n',
        "#!/bin/sh\n'''exec' {root}/bin/python3 \"$0\" \"$@\"\n' '''\nimport toy\n",
        '#!/usr/bin/env -S bash\nexport A=1\nexec {program} --quiet "$@"\n',
    ],
)
def test_a_wrapper(environment: Environment, tmp_path: Path, text: str) -> None:
    """A shell script counts with the programs that it names by their absolute path."""
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(text.format(program=environment.program, root=environment.root))
    wrapper.chmod(0o755)

    assert "toy" in counted(installed(wrapper, "toy"), environment)


@pytest.mark.parametrize(
    "text",
    [
        '#!/bin/sh\nexec toy "$@"\n',
        '#!/bin/sh\nexec "$HOME/bin/toy"\n',
        "#!/no/such/python3\nimport toy\n",
        "#!/usr/bin/env no-such-interpreter\n",
        "#!\n",
        '#!/bin/sh\n/bin/mkdir -p x\ntoy "$@"\n',
    ],
)
def test_a_wrapper_that_hides_what_it_starts(tmp_path: Path, text: str) -> None:
    """What starts nobody knows what can't be known by its files."""
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(text)
    wrapper.chmod(0o755)

    assert installed(wrapper, "toy") is None


def test_a_program_of_machine_code(tmp_path: Path) -> None:
    """It is all there is to look at; packages that happen to lie beside it are none of its own."""
    (tmp_path / f"lib/python{VERSION}/site-packages/x-1.dist-info").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/toy"
    program.write_bytes(b"\x7fELF...")

    assert installed(program, "toy") == Installed(files=(program,), names=(), narrowed=True)


def test_a_broken_note_on_where_it_came_from(environment: Environment) -> None:
    """Where nobody can read where a distribution is run from, all that is installed counts."""
    (environment.site / "toy-1.0.dist-info/direct_url.json").write_text("[")

    assert "." in counted(installed(environment.program, "toy"), environment)
