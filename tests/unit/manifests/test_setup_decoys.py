"""A setup.py that hides what it names is told: unknown is never clean, and nothing is run."""

import pytest

from drawgate.manifests import gather, read_inventory

UNPINNED = "it is not pinned to an exact version, so nobody knows which one runs"
COMPUTED = "the value is computed by code, and setup.py is never run"
HIDDEN = "names its packages in a way that can't be read: setup.py is never run, and "
NO_CALL = f"{HIDDEN}no call of setup() is in plain sight"
INDIRECT = f"{HIDDEN}it passes setup() on instead of calling it"
FOREIGN = f"{HIDDEN}its setup() comes from a module of its own"
DOUBTFUL = f"{HIDDEN}no call of setup() is sure to be reached"
IMPORT = "from setuptools import setup\n"


def read(text: str) -> list[tuple[str, int | None, str]]:
    trap = "\nraise SystemExit('it ran')\n"
    inventory = read_inventory({"setup.py": (text + trap).encode()})
    assert inventory.pins == ()
    return [(n.subject.removeprefix("setup.py: "), n.line, n.reason) for n in inventory.not_pinned]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("# setup(install_requires=['flask'])\nimport own\nown.go()", 2, NO_CALL),
        ("'''\nsetup(install_requires=[])\n'''\nexec(code)", 1, NO_CALL),
        ("'setup(install_requires=[])'\nexec('set' + 'up()')", 1, NO_CALL),
        ("import own\nown.setup()\nown.go()", 1, NO_CALL),
        (IMPORT + "if False:\n    setup()\nexec(code)", 3, DOUBTFUL),
        (IMPORT + "while 0:\n    setup()\nexec(code)", 3, DOUBTFUL),
        (IMPORT + "0 and setup()\nexec(code)", 2, DOUBTFUL),
        (IMPORT + "def never():\n    setup()\nexec(code)", 3, DOUBTFUL),
        (IMPORT + "class C:\n    def run(self):\n        setup()\nexec(code)", 4, DOUBTFUL),
        (IMPORT + "later = lambda: setup()\nexec(code)", 2, DOUBTFUL),
        (IMPORT + "if a:\n    setup()\nelse:\n    exec(code)", 3, DOUBTFUL),
        ("from own import setup\nsetup(name='x')", 1, FOREIGN),
        ("from .own import setup as s\ns(name='x')", 1, FOREIGN),
        ("import setuptools\nf(setuptools)\nsetuptools.setup()", 2, INDIRECT),
        ("from functools import partial\n" + IMPORT + "partial(setup)()\nsetup()", 3, INDIRECT),
        (IMPORT + "@setup\ndef f(): ...\nsetup()", 2, INDIRECT),
        ("def setup(**more): go(install_requires=['flask'])\nsetup(name='x')", 1, NO_CALL),
    ],
)
def test_a_decoy_is_told(text: str, line: int, reason: str) -> None:
    """A call that is text, dead, conditional, or somebody else's does not prove anything."""
    assert ("setup()", line, reason) in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "setup(name='x')\nsetup(install_requires=['flask'])",
        "def go():\n    setup(install_requires=['flask'])\nif __name__ == '__main__':\n    go()",
        "if __name__ == '__main__':\n    setup(install_requires=['flask'])",
        "try:\n    setup(install_requires=['flask'])\nexcept E:\n    setup(name='x')",
        "if a:\n    setup(install_requires=['flask'])\nelif b:\n    setup()\nelse:\n    setup()",
        "with open('x') as f:\n    setup(install_requires=['flask'])",
        "dist = setup(install_requires=['flask'])",
        "R = ['flask']\nsetup(install_requires=R, tests_require=R)",
        "K = dict(name='x', install_requires=['flask'])\nsetup(**K)",
    ],
)
@pytest.mark.parametrize(
    ("imported", "called"),
    [
        (IMPORT, "setup("),
        ("from setuptools import *\n", "setup("),
        ("from setuptools import setup as s, find_packages\n", "s("),
        ("import setuptools\n", "setuptools.setup("),
        ("import setuptools as st\n", "st.setup("),
        ("import distutils.core\n", "distutils.core.setup("),
        ("from distutils import core\n", "core.setup("),
    ],
)
def test_what_people_write_is_read_without_doubt(text: str, imported: str, called: str) -> None:
    """Every call counts, under any name, in both branches, in a function that is used."""
    found = read(imported + text.replace("setup(", called))

    assert {(name, reason) for name, _, reason in found} == {("flask", UNPINNED)}


@pytest.mark.parametrize(
    "text",
    [
        "R = []\nfrom own import R\nsetup(install_requires=R)",
        "R = []\nfrom own import *\nsetup(install_requires=R)",
        "R = []\nimport R\nsetup(install_requires=R)",
        "R = []\ndef R(): ...\nsetup(install_requires=R)",
        "R = []\nclass R: ...\nsetup(install_requires=R)",
        "R = []\ndef f(R):\n    setup(install_requires=R)\nf(['flask'])",
        "R = []\nadd(R)\nsetup(install_requires=R)",
        "R = []\nS = R\nS += ['flask']\nsetup(install_requires=R)",
        "R = S = []\nS += ['flask']\nsetup(install_requires=R)",
        "R = []\nfor each in (R,):\n    each.append('flask')\nsetup(install_requires=R)",
        "R = []\nexec(code)\nsetup(install_requires=R)",
        "R = []\nglobals()['R'] = ['flask']\nsetup(install_requires=R)",
        "R = []\ntry:\n    f()\nexcept E as R:\n    setup(install_requires=R)",
        "R = []\nmatch f():\n    case [*R]:\n        pass\nsetup(install_requires=R)",
        "setup(install_requires=[] or ['flask'])",
        "setup(install_requires=[x for x in open('r.txt')])",
        "setup(install_requires=['flask' if a else 'six'])",
        "setup(install_requires=[f'{name}'])",
    ],
)
def test_a_value_that_may_change_is_computed(text: str) -> None:
    """A name stands for a list only while nobody else could have changed either."""
    assert ("install_requires", COMPUTED) in [(name, why) for name, _, why in read(IMPORT + text)]


MODULE = b"""from flask import g
from redash.handlers.base import routes


@routes.route("/setup", methods=["GET"])
def setup():
    return render_template("setup.html", setup=g.setup)
"""


@pytest.mark.parametrize(
    ("content", "beside", "told"),
    [
        (MODULE, ("handlers/__init__.py",), False),
        (MODULE, (), True),
        (b"x = 1\n", ("handlers/__init__.py",), True),
        (MODULE + b"from setuptools import setup as s\n", ("handlers/__init__.py",), True),
        (MODULE + b"from helper import *\n", ("handlers/__init__.py",), True),
        (MODULE + b"from helper import setup\n", ("handlers/__init__.py",), True),
        (MODULE + b"exec(open('x').read())\n", ("handlers/__init__.py",), True),
        (MODULE + b"m = __import__('set' + 'uptools')\n", ("handlers/__init__.py",), True),
        (MODULE + b"import importlib\n", ("handlers/__init__.py",), True),
        (MODULE + b"helper.setup(name='x')\n", ("handlers/__init__.py",), True),
        (MODULE + b"def f(:\n", ("handlers/__init__.py",), True),
    ],
)
def test_a_module_called_setup_is_no_manifest(
    content: bytes, beside: tuple[str, ...], *, told: bool
) -> None:
    """A web handler declares nothing; whatever may lead to setuptools is told as before."""
    files = {"handlers/setup.py": content}
    paths = (*files, *beside)

    found = read_inventory(gather(paths, lambda path: files.get(path, b"")))

    assert told is bool(found.not_pinned)
    assert told is bool(found.manifests)
