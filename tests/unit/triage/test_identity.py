"""Identity survives what people do to code, and no two findings share one."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.finding import Dependency, Finding, Kind, Region
from drawgate.sarif.fingerprint import line_hashes
from drawgate.triage import identity
from drawgate.triage.code_key import code_of, same_code
from drawgate.triage.identity import (
    LINE_HASH,
    LINE_TEXT,
    MESSAGE,
    PACKAGE,
    SCOPE,
    SECRET,
    TOKENS,
    WHOLE,
    identify,
)
from drawgate.triage.mask import mask_of, mask_sources

Maker = Callable[..., Finding]


def _identified(text: str, *findings: Finding, key: bytes = b"") -> tuple[Finding, ...]:
    sources = {"a.py": text}
    masked = mask_sources(mask_of(findings, sources), findings, sources)
    return identify(findings, sources, masked, key)


def _identity(text: str, finding: Finding) -> str:
    return _identified(text, finding)[0].identity


def test_identity_survives_moved_and_reindented_code(finding: Maker) -> None:
    here = _identity("import x\neval(y)\n", finding("a.py", 2))

    assert here == _identity("# new\n\nimport x\n\n\teval( y )\n", finding("a.py", 5))


def test_identity_is_of_tool_rule_path_and_line(finding: Maker) -> None:
    text = "eval(x)\neval(y)\n"
    variants = (
        finding("a.py", 1, tool="t"),
        finding("a.py", 2, tool="t"),
        finding("a.py", 1, tool="u"),
        finding("a.py", 1, tool="t", rule="R2"),
        finding("b.py", 1, tool="t"),
    )

    assert len({each.identity for each in _identified(text, *variants)}) == len(variants)


def test_equal_findings_are_numbered_in_source_order(finding: Maker) -> None:
    """The order in which a tool reports them does not matter."""
    first, second = finding("a.py", 1), finding("a.py", 2)

    one, two = _identified("eval(x)\neval(x)\n", first, second)
    other_two, other_one = _identified("eval(x)\neval(x)\n", second, first)

    assert one.identity != two.identity
    assert (one.identity, two.identity) == (other_one.identity, other_two.identity)


def test_githubs_hash_is_of_the_line_or_of_the_file(finding: Maker) -> None:
    """A finding without a line, or on one that is not there, has the first line's hash."""
    text = "a\nb\n"
    hashes = line_hashes(text, {1, 2})
    places = (finding("a.py", 2), finding("a.py", None), finding("a.py", 99))

    told = [each.fingerprints[LINE_HASH] for each in _identified(text, *places)]

    assert [hashes[2], hashes[1], hashes[1]] == told


def test_a_file_without_text_has_a_fingerprint_of_its_own(finding: Maker) -> None:
    """GitHub's key stays empty: it must hold GitHub's value or nothing."""
    gone = finding("gone.py", 3, message="Line 3 is bad.")
    told = identify((gone, replace(gone, message="Line 7 is bad.")), {}, {})

    assert [{MESSAGE}, {MESSAGE}] == [set(each.fingerprints) for each in told]
    assert told[0].fingerprints == told[1].fingerprints


def test_a_package_is_the_same_flaw_in_every_version(finding: Maker) -> None:
    flask = Dependency(ecosystem="PyPI", name="flask", version="1.0", advisory="PYSEC-1")
    old = finding("a.py", 1, dependency=flask)
    new = finding("a.py", 2, dependency=replace(flask, version="1.1"))
    other = finding("a.py", 1, dependency=replace(flask, advisory="PYSEC-2"))

    told = _identified("flask==1.0\n\n", old, new, other)

    assert told[0].fingerprints[PACKAGE] == told[1].fingerprints[PACKAGE]
    assert told[0].fingerprints[PACKAGE] != told[2].fingerprints[PACKAGE]
    assert LINE_TEXT not in told[0].fingerprints


def test_hashes_do_not_depend_on_the_secret(finding: Maker) -> None:
    """Or the secret could be guessed from them."""
    one, two = (
        _identified(f"p = '{secret}'\nx\n", finding("a.py", 1, kind=Kind.SECRETS))[0]
        for secret in ("hunter22", "swordfish")
    )

    assert (one.fingerprints, one.identity) == (two.fingerprints, two.identity)
    assert {LINE_HASH, LINE_TEXT, MESSAGE} == set(one.fingerprints)


def test_with_a_key_a_secret_is_known_by_its_value(finding: Maker) -> None:
    """Wherever it stands and in whatever syntax; with another key it is another."""
    key = "-----BEGIN RSA " + "PRIVATE KEY-----"
    texts = {
        "p = 'hunter22'\n": 1,
        'x\nsecret = f("hunter22")\n': 2,
        "p = 'other'\n": 1,
        f's = """{key}\nab"""\n': 1,
        f'x\nt = """{key}\nab"""\n': 3,
        "hunter22\n": 1,
    }
    told = [
        _identified(text, finding("a.py", line, kind=Kind.SECRETS), key=b"k")[0].fingerprints[
            SECRET
        ]
        for text, line in texts.items()
    ]

    assert told[0] == told[1] == told[5]
    assert told[0] != told[2]
    assert told[3] == told[4]
    again = _identified("p = 'hunter22'\n", finding("a.py", kind=Kind.SECRETS), key=b"l")[0]
    assert again.fingerprints[SECRET] != told[0]


def test_without_a_line_or_a_text_there_is_no_value_to_key(finding: Maker) -> None:
    secrets = (
        finding("a.py", None, kind=Kind.SECRETS),
        finding("gone.py", kind=Kind.SECRETS),
        finding("a.py", 99, kind=Kind.SECRETS),
        finding("a.py", 1),
    )

    told = _identified("p = 'hunter22'\n", *secrets, key=b"k")

    assert not any(SECRET in each.fingerprints for each in told)


def test_an_identity_that_came_with_a_finding_stays(finding: Maker) -> None:
    assert "kept" == _identity("x\n", finding("a.py", identity="kept"))


def test_one_guid_for_many_findings_stays_with_the_first(finding: Maker) -> None:
    """Another tool's log may repeat it; the order in which it does does not matter."""
    twice = (finding("b.py", 1, identity="g"), finding("a.py", 2, identity="g"))
    alone = _identity("x\ny\n", finding("b.py", 1))

    later, first = _identified("x\ny\n", *twice)
    assert (first.identity, later.identity) == ("g", alone)
    assert _identified("x\ny\n", first, later) == (first, later)
    assert _identified("x\ny\n", *reversed(twice)) == (first, later)


def test_no_identity_is_derived_that_another_finding_came_with(finding: Maker) -> None:
    """A finding of an earlier scan has the number that a new one like it would get."""
    known = _identified("eval(x)\n", finding("a.py", 1))[0]
    new = finding("a.py", 1)

    for each in ((known, new), (new, known), (known, known, new)):
        told = {one.identity for one in _identified("eval(x)\n", *each)}
        assert known.identity in told
        assert len(told) == len(each)


def test_names_that_are_not_utf8_have_an_identity_too(finding: Maker) -> None:
    (told,) = identify((finding("\udcff.py"),), {}, {})

    assert told.identity


@pytest.mark.parametrize("line", [None, 0, -1, 1, 2, 3, 99])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"x = 1",
        b"a\rb\rc",
        b"\xef\xbb\xbfa\nb\n",
        bytes(range(256)) * 3,
        b"\x0c\xe2\x80\xa8\n",
    ],
)
def test_every_finding_in_a_file_has_a_line_hash(
    finding: Maker, data: bytes, line: int | None
) -> None:
    """Without a line, beyond the end, in empty and in binary files it is the first line's."""
    text = data.decode("utf-8", "replace")

    (told,) = _identified(text, finding("a.py", line))

    hashes = line_hashes(data, range(1, 99))
    assert hashes.get(line or 1, hashes[1]) == told.fingerprints[LINE_HASH]


def test_a_credentials_line_is_hashed_masked(finding: Maker) -> None:
    """Else its hash could be tried against every word there is."""
    one, other = (
        _identified(f"x = 1\npassword = '{secret}'\n", finding("a.py", 2, kind=Kind.SECRETS))[0]
        for secret in ("swordfish", "herring22")
    )

    assert one.fingerprints == other.fingerprints
    assert line_hashes("x = 1\npassword = '***'\n", {2})[2] == one.fingerprints[LINE_HASH]


@given(st.binary(max_size=60))
def test_uuids_are_those_of_the_standard(name: bytes) -> None:
    """RFC 9562 says how a UUID is made of a name; the library takes text only."""
    text = name.decode("latin-1")

    assert str(uuid5(identity._NAMESPACE, text)) == identity.uuid5(text.encode())


def test_what_a_formatter_changes_is_no_part_of_the_tokens(finding: Maker) -> None:
    """Line breaks, parentheses and trailing commas come and go."""
    short = finding("a.py", 1, region=Region(start_line=1, start_column=5, end_column=15))
    long = finding("a.py", 1, region=Region(start_line=1, start_column=5, end_line=4, end_column=2))

    one = _identified("x = call(a, b)\n", short)[0]
    other = _identified("x = call(\n    a,\n    b,\n)\n", long)[0]

    assert one.fingerprints[TOKENS] == other.fingerprints[TOKENS]
    assert one.fingerprints[LINE_TEXT] != other.fingerprints[LINE_TEXT]


@pytest.mark.parametrize("width", [5, 60, 1000], ids=["many lines", "long text", "most of a file"])
def test_the_end_of_a_long_region_counts_as_its_beginning(finding: Maker, width: int) -> None:
    """A waiver of forty lines and more is for all of them, in whatever layout."""
    body = [f"    {'x' * width}{n}," for n in range(60)]
    texts = [
        "\n".join(["call(", *body, f"    {end}", ")", "rest()"])
        for end in ("now", "( now )", "then")
    ]
    region = Region(start_line=1, start_column=1, end_line=63, end_column=2)

    told = [_identified(text, finding("a.py", 1, region=region))[0] for text in texts]

    keys = [code_of(each) for each in told]
    assert told[0].fingerprints[TOKENS] == told[2].fingerprints[TOKENS]
    assert WHOLE in told[0].fingerprints
    assert not same_code(keys[0], told[2])
    # Of what is too long to be looked at layout counts as well.
    assert same_code(keys[0], told[1]) is (width < 1000)


def test_a_scope_is_a_name(finding: Maker) -> None:
    """Of what encloses the line, wherever in it the line stands."""
    texts = {
        "class A:\n    def f():\n        eval(x)\n": 3,
        "class A:\n  def f():\n\n    eval(x)\n": 4,
    }
    told = [_identified(text, finding("a.py", line))[0] for text, line in texts.items()]
    (other,) = _identified("class A:\n    def g():\n        eval(x)\n", finding("a.py", 3))

    assert told[0].fingerprints[SCOPE] == told[1].fingerprints[SCOPE]
    assert told[0].fingerprints[SCOPE] != other.fingerprints[SCOPE]


def test_tokens_of_a_masked_line_do_not_tell_how_long_the_secret_is(finding: Maker) -> None:
    """A column behind it would."""
    told = []
    for secret in ("hunter22", "a-longer-one-2"):
        text = f"p = '{secret}' + call(x)\n"
        end = len(text)
        secret_line = finding("a.py", 1, kind=Kind.SECRETS)
        region = Region(start_line=1, start_column=end - 8, end_column=end)
        told.append(_identified(text, secret_line, finding("a.py", 1, region=region))[1])

    assert told[0].fingerprints == told[1].fingerprints
    assert TOKENS in told[0].fingerprints


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("line 3 is bad", "line 14 is bad", True),
        ("imports 'src/a.py' twice", "imports 'lib/b.py' twice", True),
        ("imports 'a' twice", "imports 'b' twice", False),
    ],
)
def test_numbers_and_quoted_paths_are_no_part_of_the_message(
    finding: Maker, one: str, other: str, *, same: bool
) -> None:
    told = [_identified("x\n", finding("a.py", 1, message=text))[0] for text in (one, other)]

    assert same is (told[0].fingerprints[MESSAGE] == told[1].fingerprints[MESSAGE])
