"""`drawgate merge` and `drawgate validate` on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from drawgate.cli.merge import command as merge
from drawgate.cli.validate import command as validate

_RUN = {
    "tool": {"driver": {"name": "x", "rules": [{"id": "A"}]}},
    "results": [
        {
            "ruleId": "A",
            "message": {"text": "m"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"}}}],
        }
    ],
}


def test_merge_says_what_it_did(write: Callable[..., Path], tmp_path: Path) -> None:
    """Counts, what collapsed, what failed."""
    failed = _RUN | {"invocations": [{"executionSuccessful": False}]}
    renamed = _RUN | {"tool": {"driver": {"name": "x", "rules": [{"id": "A", "name": "n"}]}}}
    one, two = write("1.sarif", _RUN, renamed), write("2.sarif", failed)
    output = tmp_path / "out.sarif"
    done = CliRunner().invoke(merge, [str(one), str(two), "-o", str(output)])

    assert done.exit_code == 0
    assert done.stdout == (
        "2 logs, 3 runs, 3 results read\n"
        "1 result equal to another, written once\n"
        "1 rule with the id of another rule: see /2\n"
        f"{output}: 1 run, 2 results\n"
    )
    assert done.stderr == "warning: a run of x failed; the merged run says so\n"


def test_merge_says_which_log_says_nothing(write: Callable[..., Path], tmp_path: Path) -> None:
    """A log without a run must not pass for one more clean scanner (§3.13.4)."""
    one, two = write("1.sarif", _RUN), write("2.sarif")
    done = CliRunner().invoke(merge, [str(one), str(two), "-o", str(tmp_path / "out.sarif")])

    assert done.stderr == f"warning: {two} holds no run; it adds nothing to the merge\n"


def test_validate_shows_no_token(write: Callable[..., Path]) -> None:
    """A token may stand where a name belongs."""
    token = "ghp_" + 9 * "q7Zk"
    run = {"tool": {"driver": {"name": token, "rules": [{"id": token}]}}, "results": []}
    run["results"] = [{"ruleId": "A", "ruleIndex": 0, "message": {"text": "m"}}]
    log = str(write("1.sarif", run, run))
    for words in ([log], [log, "--json"]):
        done = CliRunner().invoke(validate, words, standalone_mode=False)
        assert "but rule 0 is '***'" in done.stdout
        assert token not in done.stdout


def test_merge_for_programs(write: Callable[..., Path], tmp_path: Path) -> None:
    """The same as JSON."""
    output = tmp_path / "out.sarif"
    done = CliRunner().invoke(merge, [str(write("1.sarif", _RUN)), "-o", str(output), "--json"])

    assert json.loads(done.stdout) == {
        "inputs": 1,
        "runs_read": 1,
        "runs": 1,
        "results_read": 1,
        "results": 1,
        "collapsed": 0,
        "renamed_rules": 0,
        "apart": [],
        "failed": [],
        "empty": [],
    }


def test_validate_says_what_is_wrong(write: Callable[..., Path]) -> None:
    """One line for each problem, one for each log; invalid is exit code 2."""
    good = write("good.sarif", _RUN)
    poor = write("poor.sarif", _RUN, _RUN)
    bad = write("bad.sarif", {"tool": {"driver": {"name": "x"}}, "results": 1})
    done = CliRunner().invoke(validate, [str(good), str(poor), str(bad)], standalone_mode=False)

    assert done.return_value == 2
    assert done.stdout == (
        f"{good}: valid SARIF 2.1.0\n"
        f"{poor}: warning: $.runs[1].automationDetails.id: "
        "another run of 'x' has the same category ''\n"
        f"{poor}: valid SARIF 2.1.0, 1 warning\n"
        f'{bad}: error: $.runs[0].results: the value is not of type "array"\n'
        f"{bad}: not valid, 1 error\n"
    )


def test_validate_for_programs(write: Callable[..., Path]) -> None:
    """Problems by log; a valid log has an empty list."""
    good = write("good.sarif", _RUN)
    done = CliRunner().invoke(validate, [str(good), "--json"], standalone_mode=False)

    assert done.return_value == 0
    assert json.loads(done.stdout) == {str(good): []}
