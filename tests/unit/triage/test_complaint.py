"""What a failing tool said stays readable, and shows nothing of the target."""

import pytest

from drawgate.triage.complaint import mask_complaint

NO_NAME = "AttributeError: 'NoneType' object has no attribute 'startswith'"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("it exited with code 2: no such option", "it exited with code 2: no such option"),
        ("can't open ./src/app_v2/main3.py", "can't open ./src/app_v2/main3.py"),
        ('x = ("5sJ0XQBPS6q1ljj7B8wV"', 'x = ("***"'),
        ("left over: 5sJ0XQBPS6q1ljj7B8wV", "left over: ***"),
        ("hunter2secretword9", "***"),
        ("it says 'a whole sentence here'", "it says 'a whole sentence here'"),
        (NO_NAME, NO_NAME),
        ("No module named 'pkg_resources'", "No module named 'pkg_resources'"),
        ("base 10: 'swordfish'", "base 10: '***'"),
        ("named 'hunter2secretword9'", "named '***'"),
        ("no secret named 'swordfish'", "no secret named '***'"),
        ("KeyError: 'swordfish'", "KeyError: '***'"),
        ("token=abc", "token=***"),
        ("https://u:p@host/x", "https://***@host/x"),
    ],
)
def test_complaint(said: str, shown: str) -> None:
    assert shown == mask_complaint(said)
