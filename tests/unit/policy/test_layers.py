"""A pack that stands on others: what is joined, and every way to get it wrong."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from drawgate.core.errors import PolicyError
from drawgate.core.finding import Kind
from drawgate.policy.layer import Layer
from drawgate.policy.layers import MAX_DEPTH, MAX_FILES
from drawgate.policy.model import Enforcement
from drawgate.policy.pack import load_pack
from drawgate.policy.sla import Sla

Write = Callable[..., str]
RULES = """\
rules:
  - {id: one, title: One, match: {severity: ">=high"}}
  - {id: two, title: Two, match: {severity: ">=low"}, allow: {max: 3}}
"""
NEXT = "rules:\n  - {id: two, title: Other, match: {malicious: true}}\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a pack: its name, what it extends, and the rest."""

    def make(name: str, body: str = "", extends: str = "") -> str:
        called = name.replace("/", "-")
        head = f"apiVersion: drawgate/v1\nid: {called}\nversion: 1.0.0\ntitle: {called}\n"
        stands = f"extends: {extends}\n" if extends else ""
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + stands + body)
        return str(path)

    return make


def test_a_rule_takes_the_place_of_its_namesake_and_others_follow(write: Write) -> None:
    write("base", RULES)
    more = "  - {id: three, title: Three, match: {kev: true}}\n"
    pack = load_pack(write("top", NEXT + more, "base.yaml"))

    assert [("one", "One", 0), ("two", "Other", 0), ("three", "Three", 0)] == [
        (rule.id, rule.title, rule.allow.max) for rule in pack.rules
    ]


def test_of_several_the_later_one_counts(write: Write) -> None:
    write("a", RULES)
    write("b", NEXT)

    assert "Other" == load_pack(write("ab", extends="[a.yaml, b.yaml]")).rules[1].title
    assert "Two" == load_pack(write("ba", extends="[b.yaml, a.yaml]")).rules[0].title


def test_requirements_and_times_are_joined_key_by_key(write: Write) -> None:
    """What the upper one does not mention stays: leaving a key out never loosens."""
    low = (
        "sla: {critical: 7d, high: 30d}\n"
        "require:\n  kinds: [code, secrets]\n  coverage_min: {code: 0.9, secrets: 0.8}\n"
        "  advisories: {max_age: 14d, unknown: ignore}\n"
        "waivers: {four_eyes: true, max_age: {high: 30d}}\nvex: {authors: Acme}\n"
    )
    write("base", RULES + low)
    high = (
        "sla: {high: 20d}\n"
        "require: {kinds: [iac], coverage_min: {code: 1}, advisories: {max_age: 3d}}\n"
        "waivers: {max_age: {high: 9d}}\nvex: {products: 'pkg:pypi/shop'}\n"
    )
    pack = load_pack(write("top", high, "base.yaml"))

    assert (Kind.IAC,) == pack.require.kinds
    assert {"code": 1, "secrets": 0.8} == pack.require.coverage_min
    assert pack.require.advisories
    assert (3, "ignore") == (pack.require.advisories.max_age.days, pack.require.advisories.unknown)
    assert (True, 9) == (pack.waivers.four_eyes, pack.waivers.max_age["high"].days)
    assert (("Acme",), ("pkg:pypi/shop",)) == (pack.vex.authors, pack.vex.products)
    assert Sla(critical=timedelta(days=7), high=timedelta(days=20)) == pack.sla


def test_what_a_pack_is_called_and_tests_is_its_own(write: Write) -> None:
    tests = "tests: [{name: t, given: {kind: code}, expect: {decision: pass}}]\n"
    write("base", RULES + tests)
    pack = load_pack(write("top", extends="base.yaml"))

    assert ("top", "top", ()) == (pack.id, pack.title, pack.tests)


def test_a_rule_is_switched_off_by_name_only(write: Write) -> None:
    write("base", RULES)
    off = "rules: [{id: one, title: One, enforcement: disabled}]\n"
    pack = load_pack(write("top", off, "base.yaml"))

    assert [Enforcement.DISABLED, Enforcement.HARD] == [rule.enforcement for rule in pack.rules]


def test_the_digest_covers_every_file(write: Write) -> None:
    base = write("base", RULES)
    write("middle", extends="base.yaml")
    top = write("top", extends="middle.yaml")
    before = load_pack(top)
    Path(base).write_text(Path(base).read_text() + "# a comment\n")
    after = load_pack(top)

    assert hashlib.sha256(Path(base).read_bytes()).hexdigest() == load_pack(base).digest
    assert before.digest != after.digest
    assert [Layer(name="base.yaml", digest=load_pack(base).digest), "middle.yaml"] == [
        after.extends[0],
        after.extends[1].name,
    ]


def test_a_pin_holds_or_is_an_error_with_the_digest_to_look_at(write: Write) -> None:
    digest = load_pack(write("base", RULES)).digest
    assert load_pack(write("top", extends=f"base.yaml@sha256:{digest}")).rules

    with pytest.raises(PolicyError, match=rf"top\.yaml:5:10: .*another one.*{digest}"):
        load_pack(write("top", extends=f"base.yaml@sha256:{'0' * 64}"))


def test_a_pin_covers_what_lies_below(write: Write) -> None:
    base = write("base", RULES)
    digest = load_pack(write("middle", extends="base.yaml")).digest
    top = write("top", extends=f"middle.yaml@sha256:{digest}")
    assert load_pack(top).rules

    Path(base).write_text(Path(base).read_text() + "# changed\n")
    with pytest.raises(PolicyError, match="another one"):
        load_pack(top)


def test_our_packs_are_found_by_name_and_no_file_takes_their_place(
    write: Write, tmp_path: Path
) -> None:
    write("default", "rules: [{id: x, title: X, match: {kev: true}}]\n")
    pack = load_pack(write("top", extends="default"))

    assert "secrets" == pack.rules[0].id
    assert [("default (built in)", load_pack("default").digest)] == [
        (layer.name, layer.digest) for layer in pack.extends
    ]


def test_files_are_relative_to_the_pack_that_names_them(write: Write) -> None:
    write("shared/base", RULES)
    write("shared/more", extends="base.yaml")

    assert load_pack(write("top", extends="shared/more.yaml")).rules


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("missing.yaml", r"top\.yaml:5:10: missing\.yaml can't be read: No such file"),
        ("[base.yaml, missing.yaml]", r"top\.yaml:5:22: missing\.yaml can't be read"),
        ("defualt", r"top\.yaml:5:10: no policy pack is called that .name one of ours"),
        ("top.yaml", r"top\.yaml:5:10: a pack extends itself: .*top\.yaml > top\.yaml"),
        ("'a b\tc'", r"top\.yaml:5:10: expected a pack's name or file"),
        ("base.yaml@sha256:abc", r"top\.yaml:5:10: expected a pack's name or file"),
        ("[]", r"top\.yaml:5:10: expected a list with at least one item"),
        ("[base.yaml, base.yaml]", "stands in this list twice"),
        ("{a: b}", "expected a pack's name or file"),
    ],
)
def test_what_can_not_be_reached_is_named_with_its_place(
    write: Write, extends: str, message: str
) -> None:
    write("base", RULES)

    with pytest.raises(PolicyError, match=message):
        load_pack(write("top", RULES, extends))


def test_a_circle_is_named_from_its_start(write: Write) -> None:
    write("a", RULES, "b.yaml")
    write("b", RULES, "c.yaml")
    write("c", RULES, "a.yaml")

    with pytest.raises(PolicyError, match=r"c\.yaml:5:10: .*itself: a.yaml > b.yaml > c.yaml > a"):
        load_pack(write("a", RULES, "b.yaml"))


def test_a_link_to_itself_is_a_circle(write: Write, tmp_path: Path) -> None:
    top = write("top", RULES, "other.yaml")
    (tmp_path / "other.yaml").symlink_to("top.yaml")

    with pytest.raises(PolicyError, match="extends itself"):
        load_pack(top)


def test_so_many_may_stand_on_one_another_and_no_more(write: Write) -> None:
    write("p0", RULES)
    for number in range(1, MAX_DEPTH + 2):
        write(f"p{number}", extends=f"p{number - 1}.yaml")
    top = write("top", extends=f"p{MAX_DEPTH - 1}.yaml")
    assert load_pack(top).rules

    with pytest.raises(PolicyError, match=f"more than {MAX_DEPTH} packs stand on one another"):
        load_pack(write("top", extends=f"p{MAX_DEPTH}.yaml"))


def test_a_pack_of_very_many_files_is_refused(write: Write) -> None:
    names = [f"n{number}" for number in range(MAX_FILES + 1)]
    for name in names:
        write(name, RULES)

    few, many = (", ".join(f"{n}.yaml" for n in names[:k]) for k in (MAX_FILES - 1, MAX_FILES + 1))
    assert load_pack(write("top", extends=f"[{few}]")).rules
    with pytest.raises(PolicyError, match=f"made of more than {MAX_FILES} files"):
        load_pack(write("top", extends=f"[{many}]"))


def test_what_several_packs_share_is_read_once(write: Write) -> None:
    """Twenty levels of two that share all below them would be a million files."""
    write("s0a", RULES)
    write("s0b", RULES)
    for level in range(1, MAX_DEPTH):
        for side in "ab":
            write(f"s{level}{side}", extends=f"[s{level - 1}a.yaml, s{level - 1}b.yaml]")

    assert load_pack(f"{Path(write('x', RULES)).parent}/s{MAX_DEPTH - 1}a.yaml").rules


def test_a_mistake_below_is_told_where_it_stands(write: Write) -> None:
    write("base", "rules: [{id: one, title: One, treshold: 3}]\n")

    with pytest.raises(PolicyError, match=r"base\.yaml:5:31: unknown key"):
        load_pack(write("top", extends="base.yaml"))


def test_two_namesakes_in_one_file_are_a_mistake_also_where_one_is_replaced(write: Write) -> None:
    write("base", RULES)
    twice = NEXT + "  - {id: two, title: Again, match: {kev: true}}\n"

    with pytest.raises(PolicyError, match="stands in this list twice"):
        load_pack(write("top", twice, "base.yaml"))


def test_a_pack_without_rules_needs_one_that_has_some(write: Write) -> None:
    with pytest.raises(PolicyError, match="the key 'rules' is missing"):
        load_pack(write("top"))


@pytest.mark.parametrize("body", ["rules: 3\n", "rules: {a: b}\n", "require: []\n", "sla: 7d\n"])
def test_a_wrong_type_above_is_no_way_to_lose_what_is_below(write: Write, body: str) -> None:
    write("base", RULES + "require: {kinds: [code]}\nsla: {high: 3d}\n")

    with pytest.raises(PolicyError, match=r"top\.yaml:6:\d+: expected"):
        load_pack(write("top", body, "base.yaml"))
