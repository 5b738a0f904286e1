"""What holds for triage whatever the findings and the files are."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.finding import Finding, Kind, Location, Rule, Unit
from drawgate.triage.identity import identify
from drawgate.triage.lines import split
from drawgate.triage.locate import locate
from drawgate.triage.mask import mask_of, mask_sources
from drawgate.triage.net import mask_source, mask_text
from drawgate.triage.redact import mask_raw, redact
from drawgate.triage.roles import with_roles
from drawgate.triage.severity import with_severity

PATHS = ("a.py", "b.js", "c.yaml", "d", "tests/e.toml")

texts = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "eval(x)",
            "p = 'hunter2!'",
            '"""',
            "'",
            "`",
            "k: |",
            "  v",
            "#",
            "(",
            ")",
            "\\",
            "",
        ]
    )
    | st.text(max_size=8),
    max_size=12,
).flatmap(lambda parts: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(parts)))

numbers = st.none() | st.integers(-2, 14)
findings = st.builds(
    Finding,
    kind=st.sampled_from([Kind.CODE, Kind.SECRETS]),
    rule=st.sampled_from([Rule(id="R1"), Rule(id="R2", cwe=(798,))]),
    message=st.sampled_from(["A flaw.", "Password: 'hunter2!'"]),
    location=st.none()
    | st.builds(
        Location,
        path=st.sampled_from(PATHS),
        line=numbers,
        column=numbers,
        end_line=numbers,
        end_column=numbers,
        unit=st.sampled_from(list(Unit)),
    ),
    tool=st.sampled_from(["bandit", "x"]),
)
many = st.lists(findings, max_size=12).map(tuple)
sources = st.dictionaries(st.sampled_from(PATHS), texts)


def _triaged(found: tuple[Finding, ...], files: dict[str, str]) -> tuple[Finding, ...]:
    mask = mask_of(found, files)
    masked = mask_sources(mask, found, files)
    found = locate(redact(found, mask), files, masked, mask)
    return identify(with_roles(with_severity(found)), files, masked)


@given(found=many, files=sources)
def test_no_two_findings_of_a_scan_share_an_identity(
    found: tuple[Finding, ...], files: dict[str, str]
) -> None:
    told = _triaged(found, files)

    assert len(found) == len({each.identity for each in told})


@given(found=many, files=sources, order=st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(
    found: tuple[Finding, ...], files: dict[str, str], order: object
) -> None:
    """Equal findings may swap, as nothing tells them apart."""
    shuffled = list(found)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert sorted(map(repr, _triaged(found, files))) == sorted(
        map(repr, _triaged(tuple(shuffled), files))
    )


@given(found=many, files=sources)
def test_triage_adds_and_masks_but_drops_nothing(
    found: tuple[Finding, ...], files: dict[str, str]
) -> None:
    told = _triaged(found, files)

    assert [(f.kind, f.rule, f.location, f.tool) for f in found] == [
        (f.kind, f.rule, f.location, f.tool) for f in told
    ]


@given(found=many, files=sources)
def test_regions_lie_within_their_files(found: tuple[Finding, ...], files: dict[str, str]) -> None:
    """Every reader of SARIF may trust them: lines exist, columns do too, ends come after starts."""
    for each in _triaged(found, files):
        region = each.region
        if region is None or each.path not in files:
            continue
        lines = split(files[each.path].removeprefix("\ufeff"))
        last = region.end_line or region.start_line
        assert 1 <= region.start_line <= last <= len(lines)
        for line, column in ((region.start_line, region.start_column), (last, region.end_column)):
            units = len(lines[line - 1].encode("utf-16-le", "surrogatepass")) // 2
            assert column is None or 1 <= column <= units + 1
        if region.start_column and region.end_column and last == region.start_line:
            assert region.start_column < region.end_column


@given(found=many, files=sources)
def test_masked_files_keep_their_lines(found: tuple[Finding, ...], files: dict[str, str]) -> None:
    masked = mask_sources(mask_of(found, files), found, files)

    assert {path: len(split(text)) for path, text in files.items()} == {
        path: len(split(text)) for path, text in masked.items()
    }


secrets = (
    st.text(st.characters(categories=["L", "Nd", "P"]), min_size=5, max_size=20)
    .filter(lambda text: not set(text) & set("\"'`\\*"))
    .map(lambda text: f"Zq9{text}")  # so that no word of ours is one
)


def _homes(secret: str) -> Iterator[tuple[str, str, int]]:
    yield "a.py", f"x = 1\npassword = '{secret}'\n", 2
    yield "a.py", f'x = f(\n  "{secret}",\n)\n', 2
    yield "b.js", f"const p = `{secret}`;\n", 1
    yield "c.yaml", f"password: {secret}\n", 1
    yield "c.yaml", f"k: |\n  {secret}\n", 1
    yield "d", f"export PASSWORD={secret}\n", 1
    yield "tests/e.toml", f'p = """\n{secret}\n"""\n', 2


@given(secret=secrets)
def test_a_reported_secret_leaves_in_no_message_snippet_or_hashed_text(secret: str) -> None:
    for path, text, line in _homes(secret):
        reported = Finding(
            kind=Kind.SECRETS,
            rule=Rule(id="R"),
            message=f"It is {secret}, or '{secret}'.",
            location=Location(path=path, line=line),
            properties={"value": secret},
        )
        other = replace(reported, kind=Kind.CODE, location=Location(path="z.py", line=1))
        found, files = (reported, other), {path: text}
        mask = mask_of(found, files)
        raw = mask_raw(mask, f'{{"a": "{secret}"'.encode(), frozenset())

        seen = (*map(repr, _triaged(found, files)), *mask_sources(mask, found, files).values())

        assert not [text for text in (*seen, raw.decode()) if secret in text]


@given(text=st.text(max_size=200))
def test_the_second_net_changes_nothing_twice(text: str) -> None:
    for mask in (
        mask_text,
        lambda t: mask_source(t, code=True),
        lambda t: mask_source(t, code=False),
    ):
        once = mask(text)
        assert once == mask(once)
