"""Flag over environment over file over default, and the target may set presentation only."""

from dataclasses import fields
from pathlib import Path

import pytest

from drawgate.config import Config, Settings, resolve
from drawgate.core.errors import ConfigError
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity


def test_every_setting_has_a_default() -> None:
    settings = {f.name for f in fields(Settings)}

    assert settings | {"origins", "lines", "ignored"} == {f.name for f in fields(Config)}


def test_sources_in_order(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('jobs = 2\ntimeout = 30\ncolor = "never"\nkind = ["code", "secrets"]\n')
    target = tmp_path / "target"
    target.mkdir()
    (target / "drawgate.toml").write_text('jobs = 1\nformat = "json"\n')
    environ = {"DRAWGATE_TIMEOUT": "60", "DRAWGATE_ONLY": "bandit, pip-audit", "PATH": "/bin"}

    config = resolve(Settings(color="always"), environ, file, target)

    assert (
        Config(
            jobs=2,
            timeout=60,
            color="always",
            format=("json",),
            kind=(Kind.CODE, Kind.SECRETS),
            only=("bandit", "pip-audit"),
            origins={
                "jobs": str(file),
                "format": "drawgate.toml",
                "kind": str(file),
                "timeout": "DRAWGATE_TIMEOUT",
                "only": "DRAWGATE_ONLY",
                "color": "--color",
            },
            lines={"jobs": 1, "kind": 4, "format": 2},
        )
        == config
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jbos = 1", r"my.toml:1:1: unknown key 'jbos' \(did you mean 'jobs'\?\)"),
        ("jobs = 0", "my.toml:1:8: expected a whole number of at least 1, found the number 0"),
        ("\njobs = true", "my.toml:2:8: expected a whole number"),
        ('fail-on = "hihg"', "did you mean 'high'"),
        ('fail-on = "unknown"', "expected a known word, found a text"),
        ("jobs = ", "my.toml.*: is not valid TOML"),
        ('kind = ["kode"]', "did you mean 'code'"),
    ],
)
def test_a_mistake_has_its_place_and_a_hint(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "my.toml").write_text(text)

    with pytest.raises(ConfigError, match=message):
        resolve(Settings(), {}, tmp_path / "my.toml", None)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("DRAWGATE_JBOS", "1", "DRAWGATE_JBOS: unknown variable .*'DRAWGATE_JOBS'"),
        ("DRAWGATE_JOBS", "many", "DRAWGATE_JOBS: expected a whole number"),
        ("DRAWGATE_OFFLINE", "maybe", "expected true or false"),
        ("DRAWGATE_IDENTITY_KEYFILE", "x", "unknown variable"),
        ("DRAWGATE_ATTEMPTS", "x", "unknown variable"),
    ],
)
def test_a_wrong_variable_is_an_error(name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        resolve(Settings(), {name: text}, None, None)


def test_other_variables_of_ours_are_no_settings() -> None:
    environ = {"DRAWGATE_TOOL_BANDIT": "/x", "DRAWGATE_IDENTITY_KEY": "k", "DRAWGATE_POLICY": ""}

    assert Config() == resolve(Settings(), environ, None, None)


def test_a_timeout_may_have_a_fraction() -> None:
    assert 2.5 == resolve(Settings(), {"DRAWGATE_TIMEOUT": "2.5"}, None, None).timeout


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: can't be read"):
        resolve(Settings(), {}, tmp_path / "nowhere.toml", None)


def test_pyproject_needs_our_table_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")

    with pytest.raises(ConfigError, match=r"holds no table \[tool.drawgate\]"):
        resolve(Settings(), {}, tmp_path / "pyproject.toml", None)


def test_paths_in_a_file_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text('advisories = "osv.zip"\npolicy = "packs/own.yaml"\n')

    config = resolve(Settings(), {}, tmp_path / "my.toml", None)

    assert (str(tmp_path / "osv.zip"), str(tmp_path / "packs/own.yaml")) == (
        config.advisories,
        config.policy,
    )


def test_what_the_target_can_not_set_is_listed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.drawgate]\njobs = 1\npolicy = "mine.yaml"\nfail-on = "critical"\nskip = ["bandit"]\n'
    )

    config = resolve(Settings(), {}, None, tmp_path)

    assert ("default", None, (), 1) == (config.policy, config.fail_on, config.skip, config.jobs)
    assert [
        f"[tool.drawgate] in pyproject.toml:{line}: {key} is ignored, because the target can't "
        "set it; use the flag, the environment or --config"
        for line, key in ((4, "fail-on"), (3, "policy"), (5, "skip"))
    ] == list(config.ignored)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("drawgate.toml", "jbos = 1", r"drawgate.toml:1:1: unknown key 'jbos' .*'jobs'"),
        ("pyproject.toml", "[tool.drawgate]\npolcy = 'x'", r":2:1: unknown key .*'policy'"),
        ("drawgate.toml", "fail-on = 'hihg'", "did you mean 'high'"),
    ],
)
def test_a_slip_in_the_target_is_an_error_too(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    """A word that nobody knows is no setting to ignore: it ends the scan and loosens nothing."""
    (tmp_path / name).write_text(text)

    with pytest.raises(ConfigError, match=message):
        resolve(Settings(), {}, None, tmp_path)


def test_both_files_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.drawgate]\njobs = 1\n")
    (tmp_path / "drawgate.toml").write_text("jobs = 2\n")

    with pytest.raises(ConfigError, match="keep one of them"):
        resolve(Settings(), {}, None, tmp_path)


def test_the_search_ends_at_the_git_root(tmp_path: Path) -> None:
    (tmp_path / "drawgate.toml").write_text("jobs = 9\n")
    (tmp_path / "repo/sub").mkdir(parents=True)

    assert 0 == resolve(Settings(), {}, None, tmp_path / "repo/sub").jobs
    (tmp_path / "repo/.git").mkdir()
    assert 0 == resolve(Settings(), {}, None, tmp_path / "repo/sub").jobs
    (tmp_path / "repo/drawgate.toml").write_text("jobs = 3\n")
    assert 3 == resolve(Settings(), {}, None, tmp_path / "repo/sub").jobs


def test_the_search_begins_where_the_target_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target may be the current folder, one above it, or a file."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.py").write_text("x\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / "drawgate.toml").write_text("jobs = 3\n")
    monkeypatch.chdir(tmp_path / "sub")

    for target in (".", "..", "a.py", tmp_path / "sub/a.py"):
        assert 3 == resolve(Settings(), {}, None, Path(target)).jobs, target


def test_a_broken_pyproject_of_the_target_is_its_own_affair(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.drawgate\n")

    assert Config() == resolve(Settings(), {}, None, tmp_path)


def test_a_target_can_not_say_where_results_go(tmp_path: Path) -> None:
    """It would say which files are written, and which old ones are removed."""
    (tmp_path / "drawgate.toml").write_text('output-dir = "src"\n')

    config = resolve(Settings(), {}, None, tmp_path)

    assert "drawgate-results" == config.output_dir
    assert "output-dir is ignored" in config.ignored[0]


def test_severity_is_read_as_one() -> None:
    assert Severity.HIGH is resolve(Settings(), {"DRAWGATE_FAIL_ON": "high"}, None, None).fail_on


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("Yes", True), ("off", False)])
def test_a_switch_has_many_words(text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert expected is resolve(Settings(), {"DRAWGATE_OFFLINE": text}, None, None).offline
