"""Packs are found by name or path, and every mistake in one is named with its place."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml

from drawgate import resources
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.policy.flags import fail_on, no_gate
from drawgate.policy.model import (
    ROLES,
    AdvisoryLimits,
    Allow,
    Answer,
    Enforcement,
    Match,
    Pack,
    PackRule,
    Require,
    Scope,
    Suppressed,
)
from drawgate.policy.pack import builtin_packs, load_pack
from drawgate.policy.schema import SCHEMAS, write

Make = Callable[..., Pack]
FULL = """\
apiVersion: drawgate/v1
id: full
version: 3.2.1
title: Everything once
rules:
  - id: everything
    title: A rule with all of its keys
    scope:
      kind: [code, secrets]
      roles: [test]
      roles_not: docs
      paths: ["src/**"]
      paths_not: ["*.md", old/]
      tools: bandit
    match: {severity: ">= medium", malicious: false, cwe: [CWE-78, CWE-89], rule: "B6*",
            unknown: ignore}
    allow: {max: 3}
    enforcement: advisory
    count_suppressed: [inline, external]
    fix: "Upgrade {package} {version} to {fixed_version}."
require:
  kinds: [code]
  not_selected: ignore
  coverage_min: {code: 0.5, secrets: 1}
  coverage_warn: {code: 0.75, dependencies: 0.5}
  advisories: {max_age: 2w, warn_age: 36h, unknown: ignore}
"""
PACKS = ("audit", "default", "production", "pull-request", "staging", "strict")
RULE = "rules: [{id: a, title: A, match: {severity: '>=high'}}]"
HEAD = "apiVersion: drawgate/v1\nid: x\nversion: 1.0.0\ntitle: X\n"


def test_every_key_of_a_pack(tmp_path: Path) -> None:
    path = tmp_path / "full.yaml"
    path.write_text(FULL)

    expected = Pack(
        id="full",
        version="3.2.1",
        title="Everything once",
        source="full.yaml",
        digest=hashlib.sha256(FULL.encode()).hexdigest(),
        rules=(
            PackRule(
                id="everything",
                title="A rule with all of its keys",
                scope=Scope(
                    kind=(Kind.CODE, Kind.SECRETS),
                    roles=("test",),
                    roles_not=("docs",),
                    paths=("src/**",),
                    paths_not=("*.md", "old/"),
                    tools=("bandit",),
                ),
                match=Match(
                    severity=Severity.MEDIUM,
                    malicious=False,
                    cwe=(78, 89),
                    rule=("B6*",),
                    unknown=Answer.IGNORE,
                ),
                allow=Allow(max=3),
                enforcement=Enforcement.ADVISORY,
                count_suppressed=(Suppressed.INLINE, Suppressed.EXTERNAL),
                fix="Upgrade {package} {version} to {fixed_version}.",
            ),
        ),
        require=Require(
            kinds=(Kind.CODE,),
            not_selected=Answer.IGNORE,
            coverage_min={Kind.CODE: 0.5, Kind.SECRETS: 1},
            coverage_warn={Kind.CODE: 0.75, Kind.DEPENDENCIES: 0.5},
            advisories=AdvisoryLimits(
                max_age=timedelta(days=14), warn_age=timedelta(hours=36), unknown=Answer.IGNORE
            ),
        ),
    )
    assert expected == load_pack(str(path))


def test_what_a_pack_leaves_out_fails_closed(tmp_path: Path) -> None:
    """One finding is too many, rules are hard, and what is unknown blocks."""
    path = tmp_path / "small.yaml"
    path.write_text(f"{HEAD}{RULE}\nrequire: {{advisories: {{max_age: 1d}}}}")
    pack = load_pack(str(path))

    rule = PackRule(
        id="a",
        title="A",
        scope=Scope(),
        match=Match(severity=Severity.HIGH, unknown=Answer.BLOCK),
        allow=Allow(max=0),
        enforcement=Enforcement.HARD,
        count_suppressed=(),
        fix="",
    )
    limits = AdvisoryLimits(max_age=timedelta(days=1), warn_age=None, unknown=Answer.BLOCK)
    assert (rule,) == pack.rules
    assert (
        Require(kinds=(), not_selected=Answer.BLOCK, coverage_min={}, advisories=limits)
        == pack.require
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{HEAD}rules: [{{id: a, title: A, treshold: high}}]",
            (
                "5:27: unknown key (known: allow, count_suppressed, effective_from, "
                "enforcement, fix, id, match, scope, title, when)"
            ),
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{severty: '>=high'}}}}]",
            "5:35: unknown key 'severty' (did you mean 'severity'?)",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{severity: high}}}}]",
            "5:45: expected a threshold such as '>=high', found a text",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{severity: '>=unknown'}}}}]",
            "5:45: expected a threshold such as '>=high', found a text",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A}}]",
            "5:9: this rule has no condition in 'scope', 'match' or 'when'",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{unknown: ignore}}}}]",
            "5:9: this rule has no condition in 'scope', 'match' or 'when'",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, scope: {{roles: [tests]}}}}]",
            (
                "5:43: expected docs or generated or test or vendored, found the text 'tests' "
                "(did you mean 'test'?)"
            ),
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, scope: {{roles: test, roles_not: [test]}}}}]",
            "5:34: 'test' is in 'roles' and in 'roles_not'",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, scope: {{paths: a/, paths_not: [a/]}}}}]",
            "5:34: a pattern is in 'paths' and in 'paths_not'",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{cwe: 78}}}}]",
            "5:40: expected a weakness such as CWE-89, found the number 78",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{rule: x}}, allow: {{max: -1}}}}]",
            "5:58: expected a whole number of at least 0, found the number -1",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{rule: x}}, fix: 'Use {{pakage}}'}}]",
            "5:50: unknown field 'pakage'; did you mean 'package'?",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{rule: x}}, fix: 'Use {{path!r}}'}}]",
            "5:50: the field {path} takes no format",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{rule: x}}, fix: 'Use {{path:>9}}'}}]",
            "5:50: the field {path} takes no format",
        ),
        (
            f"{HEAD}rules: [{{id: a, title: A, match: {{rule: x}}, fix: 'Use {{'}}]",
            "5:50: a brace has no partner; write two for a plain one",
        ),
        (f"{HEAD}rules: []", "5:8: expected a list with at least one item, found a list"),
        (
            (
                f"{HEAD}rules:\n- {{id: a, title: A, match: {{rule: x}}}}\n"
                "- {id: a, title: B, match: {rule: x}}"
            ),
            "7:3: stands in this list twice (line 6)",
        ),
        (
            HEAD.replace("v1", "v2") + RULE,
            (
                "1:13: expected drawgate/v1, found the text 'drawgate/v2' "
                "(did you mean 'drawgate/v1'?)"
            ),
        ),
        (
            HEAD.replace("1.0.0", "1.0") + RULE,
            "3:10: expected a version such as '1.0.0', found the number 1.0",
        ),
        (
            f"{HEAD}{RULE}\nrequire: {{advisories: {{max_age: 14}}}}",
            "6:33: expected an age such as 14d, 36h or 2w, found the number 14",
        ),
        (
            f"{HEAD}{RULE}\nrequire: {{advisories: {{max_age: 1d, warn_age: 25h}}}}",
            "6:23: 'warn_age' is longer than 'max_age'",
        ),
        (
            f"{HEAD}{RULE}\nrequire: {{coverage_min: {{code: 90}}}}",
            "6:32: expected a number from 0 to 1, found the number 90",
        ),
        (
            f"{HEAD}{RULE}\nrequire: {{coverage_min: {{code: 0.9}}, coverage_warn: {{code: 0.9}}}}",
            "6:10: 'coverage_warn' of code is not above its 'coverage_min'",
        ),
        (
            f"{HEAD}{RULE}\nrequire: {{kinds: [secret]}}",
            "6:19: expected a known word, found the text 'secret' (did you mean 'secrets'?)",
        ),
    ],
)
def test_a_mistake_in_a_pack_is_named_with_its_place(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(PolicyError) as caught:
        load_pack(str(path))

    assert f"{path}:{message}" == str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "defualt",
            (
                "--policy: no policy pack is called 'defualt' "
                "(did you mean 'default'?; a file's path ends in .yaml)"
            ),
        ),
        (
            "zzz",
            (
                "--policy: no policy pack is called 'zzz' "
                f"(known: {', '.join(PACKS)}; a file's path ends in .yaml)"
            ),
        ),
        (
            "Zzz4711",
            (
                "--policy: no policy pack is called that "
                f"(known: {', '.join(PACKS)}; a file's path ends in .yaml)"
            ),
        ),
        ("./nowhere.yaml", "nowhere.yaml: can't be read: No such file or directory"),
        ("nowhere/pack", "nowhere/pack: can't be read: No such file or directory"),
        ("pack.yml", "pack.yml: can't be read: No such file or directory"),
    ],
)
def test_a_pack_that_does_not_exist(name: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_pack(name, "--policy")

    assert message == str(caught.value)


def test_no_file_takes_the_place_of_a_pack_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target may hold a file or folder called "strict"; it stays data."""
    (tmp_path / "strict").write_text("apiVersion: evil")
    monkeypatch.chdir(tmp_path)

    assert "built in" == load_pack("strict").source


def test_a_verdict_names_no_path_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine.yaml").write_text(f"{HEAD}{RULE}")
    monkeypatch.chdir(tmp_path)

    assert "sub/mine.yaml" == load_pack("sub/mine.yaml").source
    assert "mine.yaml" == load_pack(str(tmp_path / "sub" / "mine.yaml")).source


def test_our_packs_load_and_fit_the_published_schema() -> None:
    folder = resources.data("policies")
    schema = json.loads((folder / "schema" / "pack.schema.json").read_text())

    assert PACKS == builtin_packs()
    for name in builtin_packs():
        jsonschema.validate(yaml.safe_load((folder / "packs" / f"{name}.yaml").read_text()), schema)
        assert name == load_pack(name).id


@pytest.mark.parametrize("name", SCHEMAS)
def test_published_schemas_are_what_the_code_says(name: str, tmp_path: Path) -> None:
    """When this fails: `python -m drawgate.policy.schema policies/schema`."""
    write(tmp_path)
    published = resources.data("policies") / "schema" / name

    assert published.read_text() == (tmp_path / name).read_text()


@pytest.mark.parametrize(
    "wrong",
    ["rules: []", "rules: [{id: a}]", "rules: [{id: A, title: x, match: {rule: y}}]", "extra: 1"],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong: str) -> None:
    schema = json.loads((resources.data("policies") / "schema" / "pack.schema.json").read_text())
    document = yaml.safe_load(f"{HEAD}{RULE}") | yaml.safe_load(wrong)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_roles_a_pack_may_name_are_those_that_paths_get() -> None:
    given = {row["role"] for row in resources.table("path_roles")["roles"]}

    assert set(ROLES) == given


def test_both_ages_may_be_the_same() -> None:
    """Then data is mentioned and refused at the same moment."""
    day = timedelta(days=1)

    assert day == AdvisoryLimits(max_age=day, warn_age=day).warn_age


def test_fail_on_moves_the_thresholds(pack: Callable[..., Pack]) -> None:
    """Only rules that have a threshold change; the pack's requirements stay."""
    before = pack(
        "- {id: a, title: A, match: {severity: '>=high'}, allow: {max: 2}}\n"
        "- {id: b, title: B, match: {malicious: true}}",
        "require: {kinds: [code]}",
    )
    after = fail_on(before, Severity.LOW)

    assert (
        PackRule(
            id="a",
            title="A (threshold: low)",
            match=Match(severity=Severity.LOW),
            allow=Allow(max=2),
        ),
        before.rules[1],
    ) == after.rules
    assert "test.yaml, --fail-on low" == after.source
    assert (before.require, before.digest) == (after.require, after.digest)


def test_fail_on_unknown_is_refused(pack: Callable[..., Pack]) -> None:
    with pytest.raises(PolicyError) as caught:
        fail_on(pack(), Severity.UNKNOWN)

    assert "--fail-on needs a severity that can be compared" == caught.value.what


def test_no_gate_keeps_what_must_be_known(pack: Callable[..., Pack]) -> None:
    before = pack(
        require="require: {kinds: [code], not_selected: ignore, coverage_min: {code: 1}, "
        "advisories: {max_age: 1d}}"
    )
    after = no_gate(before)

    assert [Enforcement.ADVISORY] == [rule.enforcement for rule in after.rules]
    assert replace(before.require, enforcement=Enforcement.ADVISORY) == after.require
    assert "test.yaml, --no-gate" == after.source


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("./src", "paths count from the target's root and hold no '.'"),
        ("src/./a", "paths count from the target's root and hold no '.'"),
        ("../src", "paths count from the target's root and hold no '..'"),
        ("src/..", "paths count from the target's root and hold no '..'"),
        ("src\\a.py", "folders are parted by /, and a backslash means nothing"),
        ("src//a.py", "two slashes stand together"),
        ("/", "it is empty"),
        (" src", "it starts or ends with a space"),
        ("~/src", "paths count from the target's root, not from somebody's home"),
        ("C:/src", "paths count from the target's root and name no drive"),
        ("!src", "an exclamation mark negates nothing here; use 'paths_not'"),
    ],
)
@pytest.mark.parametrize("key", ["paths", "paths_not"])
def test_a_pattern_that_no_path_can_fit(pack: Make, key: str, written: str, reason: str) -> None:
    """Such a rule would look like a clean scan."""
    with pytest.raises(PolicyError) as caught:
        pack(f"- {{id: a, title: A, scope: {{{key}: [{json.dumps(written)}]}}}}")

    place = f"test.yaml:6:{32 + len(key)}"
    assert f"{place}: no path can fit this pattern: {reason}" == str(caught.value)


@pytest.mark.parametrize(
    "written", ["/src", "src/", "*.py", "a/**/b", ".github/", "..a", "a~", "[!a]x"]
)
def test_a_pattern_that_some_path_fits(pack: Make, written: str) -> None:
    rule = pack(f"- {{id: a, title: A, scope: {{paths: [{json.dumps(written)}]}}}}").rules[0]

    assert (written,) == rule.scope.paths


def test_a_pattern_that_cannot_be_read(pack: Make) -> None:
    with pytest.raises(PolicyError, match=r"test\.yaml:6:37: this pattern can't be read: in "):
        pack("- {id: a, title: A, scope: {paths: ['[z-a]']}}")


def test_a_rule_pattern_that_no_id_can_fit(pack: Make) -> None:
    with pytest.raises(PolicyError, match="no rule's id can fit this pattern"):
        pack("- {id: a, title: A, match: {rule: ' B602'}}")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bandti", "bandit"),
        ("bandt", "bandit"),
        ("bandits", "bandit"),
        ("banbit", "bandit"),
        ("detect_secrets", "detect-secrets"),
        ("detect-secret", "detect-secrets"),
        ("pip audit", "pip-audit"),
        ("PIP_AUDIT", "pip-audit"),
    ],
)
def test_a_slip_in_the_name_of_a_scanner_of_ours(pack: Make, written: str, meant: str) -> None:
    with pytest.raises(PolicyError) as caught:
        pack(f"- {{id: a, title: A, scope: {{tools: [bandit, {written}]}}}}")

    what = f"no scanner is called {written!r}; did you mean {meant!r}?"
    assert f"test.yaml:6:45: {what}" == str(caught.value)


@pytest.mark.parametrize("written", ["bandit", "Bandit", "Semgrep OSS", "npm-audit", "bandit-x"])
def test_a_pack_may_name_the_tool_of_a_log(pack: Make, written: str) -> None:
    assert (written,) == pack(f"- {{id: a, title: A, scope: {{tools: {written}}}}}").rules[
        0
    ].scope.tools
