"""The name of what encloses a line is found by one pass, in any language."""

import pytest

from drawgate.triage.scopes import LONGEST, scopes

PYTHON = """\
import x

class Shop:
    def order(
        self,
    ) -> None:
        eval(x)

        async def inner():
            return 1

run(
    x,
)
"""
SCRIPT = """\
export class Cart {
  // the class of things
  add(item) {
    if (item) {
      eval(item);
    }
  }
}
const later = (x) => {
  eval(x);
};
"""
GO = """\
func (s *Server) Serve(w http.ResponseWriter) {
\tif err != nil {
\t\tpanic(err)
\t}
}
"""
WORKFLOW = """\
on: push
jobs:
  build:
    steps:
      - uses: a/b@v1
"""


@pytest.mark.parametrize(
    ("path", "text", "line", "name"),
    [
        ("a.py", PYTHON, 1, ""),
        ("a.py", PYTHON, 4, "Shop.order"),
        ("a.py", PYTHON, 7, "Shop.order"),
        ("a.py", PYTHON, 10, "Shop.order.inner"),
        ("a.py", PYTHON, 13, ""),
        ("a.js", SCRIPT, 5, "Cart.add"),
        ("a.js", SCRIPT, 10, "later"),
        ("a.go", GO, 3, "Serve"),
        ("w.yml", WORKFLOW, 5, "jobs.build.steps.uses"),
        ("Dockerfile", "FROM x\nRUN y\n", 2, ""),
    ],
)
def test_a_line_is_in_what_encloses_it(path: str, text: str, line: int, name: str) -> None:
    assert ({line: name} if name else {}) == scopes(path, text.split("\n"), {line})


def test_a_scope_says_nothing_of_distances() -> None:
    """The same name, however many lines were put before it or into it."""
    lines = PYTHON.split("\n")
    longer = ["# new"] * 3 + lines[:6] + ["        y = 2"] * 4 + lines[6:]

    assert scopes("a.py", lines, {7})[7] == scopes("a.py", longer, {14})[14]


def test_a_name_has_a_bound() -> None:
    lines = [f"{' ' * depth}class {'a' * 50}:" for depth in range(9)]

    assert LONGEST == len(scopes("a.py", lines, {9})[9])


def test_a_line_that_is_not_there_has_no_scope() -> None:
    assert scopes("a.py", ["def f():", "    x"], {9}) == {}
    assert scopes("a.py", [], set()) == {}
