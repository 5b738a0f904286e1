"""Requirements files: what pip would read, and nothing that pip would have to run or fetch."""

from collections.abc import Mapping
from time import process_time

import pytest

from drawgate.manifests import gather, read_inventory


def pins(files: Mapping[str, bytes | None]) -> list[str]:
    return [f"{pin.subject} @{pin.line}" for pin in read_inventory(files).pins]


def open_ones(files: Mapping[str, bytes | None]) -> list[tuple[str, int | None, str]]:
    return [(n.subject, n.line, n.reason) for n in read_inventory(files).not_pinned]


UNPINNED = "it is not pinned to an exact version, so nobody knows which one runs"
EDITABLE = "it is installed from a path or repository, without a fixed version"
INDEX = "an index option: packages may come from there; they are looked up by name, as if public"
URL = "it comes from a URL, which has no version to look up"
FROM = "it comes from a URL"
PATH = "it comes from a path, which has no version to look up"
ODD = "its version is not one that PEP 440 knows, so it can't be compared"
NOT_FETCHED = "the included file is at a URL, which is not fetched"
BROKEN = "this is no requirement that pip would understand"


def test_exact_versions_are_pins_in_all_their_spellings() -> None:
    """Extras, markers, hashes, comments and continuations change nothing about a pin."""
    text = b"""\
# a comment
Flask==0.12.2
requests[socks, security] == 2.19.1 ; python_version < "3"   # why
PyYAML===5.1
pillow==8.1.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
zope_interface==5.0,>=4
torch==2.0+cpu
numpy==1.0.0-1
lxml==4.6.2;sys_platform=="win32"
lxml==4.6.3;sys_platform!="win32"
Flask == 0.12.2
"""

    assert pins({"requirements.txt": text}) == [
        "requirements.txt: flask==0.12.2 @2",
        "requirements.txt: lxml==4.6.2 @11",
        "requirements.txt: lxml==4.6.3 @12",
        "requirements.txt: numpy==1.0.0.post1 @10",
        "requirements.txt: pillow==8.1.0 @5",
        "requirements.txt: pyyaml==5.1 @4",
        "requirements.txt: requests==2.19.1 @3",
        "requirements.txt: torch==2.0+cpu @9",
        "requirements.txt: zope-interface==5.0 @8",
    ]


@pytest.mark.parametrize(
    ("line", "shown", "reason"),
    [
        ("flask", "flask", UNPINNED),
        ("flask>=1,<2", "flask<2,>=1", UNPINNED),
        ("flask==1.*", "flask==1.*", UNPINNED),
        ("flask~=1.0 --hash=sha256:aa", "flask~=1.0", UNPINNED),
        ("flask===nightly", "flask nightly", ODD),
        ("-e .", "line 2", EDITABLE),
        ("--editable=src/x", "line 2", EDITABLE),
        ("-e git+https://u:p@host/x.git#egg=x", "line 2", EDITABLE),
        ("git+ssh://git@host/x", "line 2", URL),
        ("git+file:///x", "line 2", URL),
        ("https://u:p%40@host/x-1-py3-none-any.whl", "line 2", URL),
        ("https://u:p@ss/w@host/x.zip", "line 2", URL),
        ("file:x.whl", "line 2", URL),
        ("x @ https://T@host/x?key=v#sha256=aa", "x @ https://host/…", FROM),
        ("./local", "line 2", PATH),
        ("../up[extra]", "line 2", PATH),
        ("/abs/x", "line 2", PATH),
        ("dir/x", "line 2", PATH),
        ("x-1.0.tar.gz", "line 2", PATH),
        ("-i https://u:p@host/simple", "line 2", INDEX),
        ("--extra-index-url=https://host/?t=1", "line 2", INDEX),
        ("-fhttps://host/", "line 2", INDEX),
        ("--extra-index-url https://host/TOKEN/simple", "line 2", INDEX),
        ("aws_secret_access_key = 'AKIA'", "line 2", BROKEN),
        ("x @ https://u:p@ss/w@host/x.zip", "x @ https://…", FROM),
        ("x @ https://host/TOKEN/x.zip", "x @ https://host/…", FROM),
        ("x @ https://host:8080", "x @ https://host:8080", FROM),
        ("--req other.txt", "line 2", BROKEN),
        ("--unknown", "line 2", BROKEN),
        ("-r 'open", "line 2", BROKEN),
        ("-r", "line 2", BROKEN),
        ("<<<<<<< HEAD", "line 2", BROKEN),
        ("x==${VERSION}", "line 2", BROKEN),
        ("ça==1", "line 2", BROKEN),
        ("-r https://u:p@host/r.txt", "line 2", NOT_FETCHED),
        ("-c ../c.txt", "line 2", "the included file lies outside the target"),
        ("-r /etc/passwd", "line 2", "the included file lies outside the target"),
        ("-r gone.txt", "line 2", "the included file is not in the target"),
    ],
)  # fmt: skip
def test_everything_else_is_told_with_a_reason_and_without_credentials(
    line: str, shown: str, reason: str
) -> None:
    """A line that is no exact pin is told; only requirements are quoted, of URLs the host."""
    files = {"requirements.txt": f"six==1.0\n{line}\n".encode()}

    assert (pins(files), open_ones(files)) == (
        ["requirements.txt: six==1.0 @1"],
        [(f"requirements.txt: {shown}", 2, reason)],
    )


def test_options_that_change_no_version_are_quiet() -> None:
    """How to install says nothing about what."""
    text = b"--no-index --pre\n--only-binary :all:\n--require-hashes\n--trusted-host=host\n"

    assert ([], []) == (pins({"requirements.txt": text}), open_ones({"requirements.txt": text}))


def test_includes_are_followed_inside_the_target() -> None:
    """`-r` is relative to the including file, rings end, and each pin names its own file."""
    files = {
        "requirements.txt": b"-r deps/base.txt -r requirements.txt\n--requirement=deps/more.in\n",
        "deps/base.txt": b"-r ../requirements.txt\nflask==1.0\n",
        "deps/more.in": b"jinja2==2.10\n",
        "deps/unrelated.txt": b"django==1.0\n",
    }

    assert pins(files) == ["deps/base.txt: flask==1.0 @2", "deps/more.in: jinja2==2.10 @1"]


def test_a_ring_of_files_without_a_beginning_is_read_once() -> None:
    """Two files that include each other both count."""
    files = {
        "requirements-a.txt": b"-r requirements-b.txt\nflask==1.0\n",
        "requirements-b.txt": b"-r requirements-a.txt\njinja2\n",
    }

    assert (pins(files), open_ones(files)) == (
        ["requirements-a.txt: flask==1.0 @2"],
        [("requirements-b.txt: jinja2", 2, UNPINNED)],
    )


def test_a_constraint_pins_what_is_required_without_a_version() -> None:
    """The version stands in the constraint, so that is the line to mend."""
    files = {
        "requirements.txt": b"-c constraints.txt\nflask\njinja2>=2\n",
        "constraints.txt": b"flask==1.0\nwerkzeug<2\nclick==7.0\n",
    }

    assert (pins(files), open_ones(files)) == (
        ["constraints.txt: click==7.0 @3", "constraints.txt: flask==1.0 @1"],
        [("requirements.txt: jinja2>=2", 3, UNPINNED)],
    )


def test_a_constraint_helps_only_files_that_name_it() -> None:
    """Without `-c`, pip would not look at it."""
    files = {"requirements.txt": b"flask\n", "constraints.txt": b"flask==1.0\n"}

    assert open_ones(files) == [("requirements.txt: flask", 1, UNPINNED)]


def test_one_open_tree_is_enough_to_tell() -> None:
    """A shared file that one tree pins and another does not is open in the other."""
    files = {
        "requirements-a.txt": b"-r base.txt\n-c constraints.txt\n",
        "requirements-b.txt": b"-r base.txt\n",
        "base.txt": b"flask\n",
        "constraints.txt": b"flask==1.0\n",
    }

    assert open_ones(files) == [("base.txt: flask", 1, UNPINNED)]


SOURCE = b"""\
# what we need
Flask[async]>=1
django; python_version < "3"
-e .
"""


@pytest.mark.parametrize(
    ("compiled", "told"),
    [
        (None, [("Flask[async]>=1", 2), ('django; python_version < "3"', 3), ("line 4", 4)]),
        (b"", [("Flask[async]>=1", 2), ('django; python_version < "3"', 3), ("line 4", 4)]),
        (
            b"harmless==1.0\n",
            [("Flask[async]>=1", 2), ('django; python_version < "3"', 3), ("line 4", 4)],
        ),
        (b"flask==1.0\n", [('django; python_version < "3"', 3), ("line 4", 4)]),
        (b"flask==1.0\nDjango==1.11\n", [("line 4", 4)]),
        (b"-e file:///srv\nflask==1.0\ndjango==1.11\n", []),
        (b"-r more.txt\nflask==1.0\n", [("line 4", 4)]),
    ],
)
def test_a_compiled_file_answers_for_what_it_pins(
    compiled: bytes | None, told: list[tuple[str, int]]
) -> None:
    """A `.txt` beside a `.in` proves something by its names, and nothing by its own name."""
    files = {"requirements.in": SOURCE, "requirements.txt": compiled, "more.txt": b"django==1.11\n"}

    found = [
        (text, line) for text, line, _ in open_ones(files) if text.startswith("requirements.in")
    ]

    assert found == [(f"requirements.in: {text}", line) for text, line in told]


def test_a_source_s_own_pins_count_once() -> None:
    """The same version is audited where it is compiled; another version is audited as well."""
    files = {
        "requirements.in": b"flask==1.0\njinja2==2.10\n",
        "requirements.txt": b"flask==1.0\njinja2==3.1.6\nwerkzeug==2.0\nredis\n",
    }

    assert (pins(files), open_ones(files)) == (
        [
            "requirements.in: jinja2==2.10 @2",
            "requirements.txt: flask==1.0 @1",
            "requirements.txt: jinja2==3.1.6 @2",
            "requirements.txt: werkzeug==2.0 @3",
        ],
        [("requirements.txt: redis", 4, UNPINNED)],
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfflask==1.0\r\n\xc3\xa4==2\r\n",
        "flask==1.0\r\nä==2\r\n".encode("utf-16"),
        "\ufeffflask==1.0\r\nä==2\r\n".encode("utf-32-le"),
        "flask==1.0\rä==2\r".encode("latin-1"),
    ],
)
def test_bytes_of_any_encoding_are_read(content: bytes) -> None:
    """Byte-order marks, old PowerShell's UTF-16, Latin-1 and any line ends are what people have."""
    files = {"requirements.txt": content}

    assert (pins(files), len(open_ones(files))) == (["requirements.txt: flask==1.0 @1"], 1)


def test_bytes_against_their_own_mark_are_told() -> None:
    """What a broken UTF-16 file lost can't be guessed, and is not passed over."""
    files = {"requirements.txt": "flask==1.0\nsix".encode("utf-16")[:-1]}

    assert (pins(files), open_ones(files)) == (
        ["requirements.txt: flask==1.0 @1"],
        [("requirements.txt: line 2", 2, BROKEN)],
    )


def test_a_form_feed_hides_nothing() -> None:
    """Pip ends a comment at a form feed; the line number is the editor's."""
    assert pins({"requirements.txt": b"# x\x0cflask==1.0\nsix==1\n"}) == [
        "requirements.txt: flask==1.0 @1",
        "requirements.txt: six==1 @2",
    ]


def test_a_comment_ends_a_continuation() -> None:
    """Pip joins a comment line to what came before, and stops there."""
    assert pins({"requirements.txt": b"flask==1.0 \\\n# note \\\nsix==1\njinja2==2 \\"}) == [
        "requirements.txt: flask==1.0 @1",
        "requirements.txt: jinja2==2 @4",
        "requirements.txt: six==1 @3",
    ]


def test_gathering_reads_manifests_and_their_includes_only() -> None:
    """Files that no manifest names are not opened, and an include of an include is."""
    tree = {
        "app/requirements.txt": b"-r ../deps/a.list\n-r gone.txt\n",
        "deps/a.list": b"-r b.list\n",
        "deps/b.list": b"flask==1.0\n",
        "deps/c.list": b"",
        "setup.py": b"",
    }
    opened: list[str] = []

    def read(path: str) -> bytes:
        opened.append(path)
        return tree[path]

    files = gather(tree, read)

    assert (sorted(opened), pins(files)) == (
        ["app/requirements.txt", "deps/a.list", "deps/b.list", "setup.py"],
        ["deps/b.list: flask==1.0 @1"],
    )


def test_a_manifest_that_can_not_be_read_is_told() -> None:
    """No permission, or gone since it was listed: one entry, and the others are read."""

    def read(path: str) -> bytes:
        if path == "setup.py":
            raise PermissionError
        return b"flask==1.0\n"

    files = gather(("requirements.txt", "setup.py"), read)

    assert (pins(files), open_ones(files)) == (
        ["requirements.txt: flask==1.0 @1"],
        [("setup.py", None, "it can't be read")],
    )


@pytest.mark.parametrize(
    "content",
    [
        b"x" + b" " * 300_000 + b"-q",
        b" #" * 200_000,
        b"\\\n" * 200_000,
        b"https://" + b"a:" * 100_000,
        b"https://" + b"a@" * 100_000,
        b"==1 " * 100_000,
        b"x; " + b"(" * 50_000,
        b"-" + b'r "' * 100_001,
        b"a" * 1_000_000,
        b"--pre " * 150_000,
        b"x==" + b"1" * 4_400,
        b"x>=" + b"1" * 4_400,
        b"x" + b">=1," * 200_000 + b">1",
        b"x @ " + b"://a:" * 200_000,
        b"x @ https://" + b"?://@" * 200_000,
    ],
)
def test_hostile_lines_cost_little(content: bytes) -> None:
    """Reading stays linear in the size of a file that a target may choose."""
    start = process_time()

    read_inventory({"requirements.txt": content})

    assert process_time() - start < 2.0


@pytest.mark.parametrize(
    "line",
    [
        b"!",
        b"a",
        b"a;",
        b"-e .",
        b"-r x",
        b"p==1",
        b"x @ https://a/b",
        b"\x1ca",
        b"x" + b",>=1" * 900,
        b"x;" + b"(" * 60 + b"os_name==''" + b")" * 60,
        b"x;" + b" or ".join([b"os_name==''"] * 240),
        b"--pre " * 600,
    ],
)
def test_more_than_anybody_writes_is_told_as_a_whole(line: bytes) -> None:
    """A requirement takes time for itself and for each character, so both are bounded."""
    start = process_time()

    inventory = read_inventory({"requirements.txt": (line + b"\n") * (2**20 // (len(line) + 1))})

    assert process_time() - start < 2.0
    assert (
        (),
        [("requirements.txt", "it names more packages than are read of one file", True)],
    ) == (
        inventory.pins,
        [(told.subject, told.reason, told.uncounted) for told in inventory.not_pinned],
    )


def test_hashes_and_comments_do_not_count_as_much_to_read() -> None:
    """Pip-compile writes dozens of hashes for a package; a long list of packages is read whole."""
    hashes = b"".join(b" \\\n    --hash=sha256:%064d" % number for number in range(30))
    text = b"".join(b"package-%d==1.%d%s\n    # via x\n" % (n, n, hashes) for n in range(600))

    files = {"requirements.txt": text}

    assert (600, 0) == (len(pins(files)), len(open_ones(files)))


def test_many_files_that_include_one_another_cost_little() -> None:
    """Each file is parsed once, and trees that pin alike are judged together."""
    names = b"".join(b"p%d\nq%d==1\n" % (number, number) for number in range(2_000))
    files = {f"a/requirements-{n}.txt": b"-r ../base.list\n" * 50 for n in range(400)}
    files["base.list"] = names
    start = process_time()

    found = read_inventory(files)

    assert (2_000, 2_000) == (len(found.pins), len(found.not_pinned))
    assert process_time() - start < 2.0


def test_a_large_file_is_told_and_still_there_for_what_includes_it() -> None:
    """Above the limit nothing is parsed, and only that is said."""
    files = {"requirements.txt": b"-r big.list\nsix==1\n", "big.list": b"a==1\n" * 500_000}

    assert (pins(files), open_ones(files)) == (
        ["requirements.txt: six==1 @2"],
        [("big.list", None, "it is larger than 2 MiB, more than is read of such a file")],
    )
