"""Which files a manifest has others read."""

from collections.abc import Iterable, Mapping
from time import process_time

import pytest

from drawgate.manifests import gather, look_around, read_inventory
from drawgate.manifests.links import links_of

SETUPTOOLS = """[tool.setuptools.dynamic]
dependencies = {file = ['x', '../y', '../../z', '/w', 3]}
optional-dependencies.dev = {file = 'dev'}
"""
HATCH = """[tool.hatch.metadata.hooks.requirements_txt]
files = ['x']
filename = 'y'
[tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]
z = ['z']
"""
ESCAPED = '[tool."set\\u0075ptools".dynamic]\ndependencies.file = ["x"]\n'
CONFIG = """[options]
install_requires =
  file: x, ../y
[options.extras_require]
z = file: z
"""


@pytest.mark.parametrize(
    ("path", "text", "links"),
    [
        ("a/reqs.txt", "-r b.txt\n--constraint=../c.list\n-r /etc/x\n", {"a/b.txt", "c.list"}),
        ("reqs.txt", "-\\\nr b.txt\n--pre -r c.txt\n# -r d.txt\n", {"b.txt", "c.txt"}),
        ("reqs.txt", "types-requests==1\nx # -r e.txt\n", set()),
        ("reqs.txt", "# note \\\n-r b.txt\r-c c.txt\n", {"b.txt", "c.txt"}),
        ("a/pyproject.toml", SETUPTOOLS, {"a/x", "y", "a/dev"}),
        ("pyproject.toml", ESCAPED, {"x"}),
        ("pyproject.toml", HATCH, {"x", "y", "z"}),
        ("pyproject.toml", "[tool.setuptools]\ndynamic = 3\n", set()),
        ("pyproject.toml", "[tool.setuptools", set()),
        ("a/setup.cfg", CONFIG, {"a/x", "y", "a/z"}),
        ("poetry.lock", "-r x.txt\n", set()),
    ],
)
def test_links(path: str, text: str, links: set[str]) -> None:
    """They count from the manifest's folder and stay below the root; what is malformed has none."""
    assert links == links_of(path, text.encode())


def test_a_list_that_a_declaration_is_filled_from_is_read() -> None:
    """Whatever it is called, and in a scan of everything."""
    files = {
        "pyproject.toml": b"[project]\ndynamic = ['dependencies']\n"
        b"[tool.setuptools.dynamic]\ndependencies = {file = ['run.list']}\n",
        "run.list": b"# runs\nflask==0.12\nnumpy\n",
        "other.list": b"six==1.0\n",
    }

    inventory = read_inventory(gather(files, files.__getitem__))

    assert ["run.list: flask==0.12"] == [pin.subject for pin in inventory.pins]
    assert ["pyproject.toml", "run.list"] == [each.path for each in inventory.not_pinned]


def test_what_an_unchanged_file_repeats_is_told_of_the_changed_one() -> None:
    """Neither a compiled list nor one beside a declaration takes over what is not told of it."""
    files = {
        "requirements.in": b"flask==0.12\n",
        "requirements.txt": b"flask==0.12\nlxml==4.0\n-r more\n",
        "pyproject.toml": b"[project]\nname = 'x'\ndependencies = ['lxml==4.0']\n",
        "more": b"six==1.0\n",
    }

    inventory = read_inventory(files, frozenset({"requirements.in", "pyproject.toml", "more"}))

    assert {"pyproject.toml: lxml==4.0", "requirements.in: flask==0.12", "more: six==1.0"} == {
        pin.subject for pin in inventory.pins
    }
    assert ("pyproject.toml", "requirements.in") == inventory.manifests


def test_rings_and_long_chains_end() -> None:
    """A repository may make includes as it likes; the cost stays that of reading each file once."""
    chain = {f"{n}": f"-r {n + 1}\n-r {n}\n-r requirements.txt\n".encode() for n in range(2_000)}
    files = {"requirements.txt": b"-r 0\n", **chain, "2000": b"six==1.0\n"}
    asked: list[str] = []

    def load(names: Iterable[str]) -> Mapping[str, bytes]:
        asked.extend(names)
        return {name: files[name] for name in names if name in files}

    start = process_time()
    beside = look_around({"2000"}, frozenset(files) - {"2000"}, load)

    assert process_time() - start < 5.0
    assert {"2000"} == beside.lists
    assert beside.files.keys() == files.keys() - {"2000"}
    assert len(asked) == len(set(asked)) == 2_001
