"""Credentials without quotes, as people write them: in commands, settings and blocks of text."""

from collections.abc import Callable
from time import process_time

import pytest

from drawgate.core.finding import Finding, Kind
from drawgate.triage.mask import mask_of
from drawgate.triage.net import mask_source, mask_text

Maker = Callable[..., Finding]

BEGIN, END = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"

COMMANDS = [
    "curl -u bob:swordfish https://h.example/",
    "curl --user bob:swordfish https://h.example/",
    "curl --user=bob:swordfish https://h.example/",
    "curl -ubob:swordfish https://h.example/",
    "curl -sSu bob:swordfish https://h.example/",
    r"curl -H Authorization:\ Bearer\ swordfish https://h.example/",
    "mysql -u root -pswordfish shop",
    "mysqldump -uroot -pswordfish shop orders",
    "psql postgres://shop:swordfish@db/shop",
    "PGPASSWORD=swordfish psql -h db shop",
    "tool --password swordfish run",
    "tool --db-password=swordfish run",
    "wget --http-password swordfish https://h.example/",
    "export TOKEN=swordfish",
    "sshpass -p swordfish ssh bob@h.example",
    "docker login -u bob -p swordfish r.example",
    "redis-cli -h cache -a swordfish ping",
    "ldapsearch -x -D cn=admin -w swordfish uid",
    "openssl rsa -passin pass:swordfish -in key",
    "mysql -e CREATE USER bob IDENTIFIED BY swordfish",
]
SETTINGS = [
    ("Dockerfile", "ENV DB_PASSWORD swordfish"),
    ("Dockerfile", "ENV LANG=C DB_PASSWORD=swordfish"),
    ("Dockerfile", "ARG NPM_TOKEN=swordfish"),
    ("a.csh", "setenv API_TOKEN swordfish"),
    ("a.fish", "set -x API_TOKEN swordfish"),
    ("a.bat", "set DB_PASSWORD=swordfish"),
    ("a.ps1", "$env:API_TOKEN = swordfish"),
    ("a.http", "Authorization: Bearer swordfish"),
    ("a.http", "X-Api-Key: swordfish"),
    ("a.yml", "password: swordfish"),
    ("a.yml", "  db_password:   swordfish  # the old one"),
    ("a.yml", "- password: correct horse swordfish"),
    ("a.yml", "{user: bob, password: swordfish}"),
    (".npmrc", "//r.example/:_authToken=swordfish"),
    (".npmrc", "_auth = swordfish"),
    (".netrc", "machine h.example login bob password swordfish"),
    (".git-credentials", "https://bob:swordfish@h.example"),
    ("pip.conf", "index-url = https://bob:swordfish@h.example/simple"),
    ("a.properties", "db.password = swordfish"),
    ("redis.conf", "requirepass swordfish"),
]
BLOCKS = [
    ("a.yml", 1, "private_key: |\n  swordfish\n  herring\nport: 80"),
    ("a.yml", 2, "private_key: |\n  swordfish\n  herring\nport: 80"),
    ("a.yml", 3, "private_key: >-\n  swordfish\n  herring\nport: 80"),
    ("a.yml", 1, "password:\n  swordfish\nport: 80"),
    ("a.yml", 1, "password: swordfish\n  herring\nport: 80"),
    ("a.yml", 1, 'password: "swordfish\n  herring"\nport: 80'),
    ("a.yml", 1, "tokens:\n  - swordfish\n  - herring\nport: 80"),
    ("a.yml", 1, "tokens:\n- swordfish\n- herring\nport: 80"),
    ("a.yml", 1, "- name: DB_PASSWORD\n  value: swordfish\nport: 80"),
    ("a.yml", 2, f"key: |\n  {BEGIN}\n  swordfish\n  {END}\nport: 80"),
    (".netrc", 1, "machine h.example\n  login bob\n  password swordfish\nport: 80"),
    ("a.sh", 1, "cat <<EOF\nswordfish\nherring\nEOF\nport: 80"),
    ("a.sh", 3, "cat <<'EOF'\nswordfish\nherring\nEOF\nport: 80"),
    ("a.sh", 1, "mysql <<-SQL\n  swordfish\n\tSQL\nport: 80"),
    ("a.sh", 1, "cat <<A <<B\nswordfish\nA\nherring\nB\nport: 80"),
    ("a.sh", 1, "tool --password \\\n  swordfish\nport: 80"),
    ("a.tf", 1, "x = <<EOT\nswordfish\nherring\nEOT\nport: 80"),
    ("a.rb", 2, "x = <<~EOT\n  swordfish\n  herring\nEOT\nport: 80"),
    ("a.php", 1, "$x = <<<EOT\nswordfish\nEOT;\nport: 80"),
    ("Dockerfile", 2, "RUN <<EOF\ncurl -u bob:swordfish h\nEOF\nport: 80"),
    ("a.properties", 1, "password=swordfish\\\n  herring\nport: 80"),
    ("a.xml", 1, "<password>\n  swordfish\n</password>\nport: 80"),
    ("a.pem", 1, f"{BEGIN}\nswordfish\n{END}\nport: 80"),
    ("a.py", 1, 'x = """\nswordfish\nherring\n"""\nport: 80'),
]


def shown(path: str, line: int, text: str, finding: Maker, kind: Kind = Kind.SECRETS) -> str:
    return mask_of((finding(path, line, kind=kind),), {path: text}).source(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [*(("a.sh", c) for c in COMMANDS), *(("Dockerfile", f"RUN {c}") for c in COMMANDS), *SETTINGS],
)
def test_a_reported_line_never_shows_its_value(finding: Maker, path: str, text: str) -> None:
    assert "swordfish" not in shown(path, 1, text, finding)


@pytest.mark.parametrize(
    ("path", "text"),
    [*(("a.sh", c) for c in COMMANDS), *(each for each in SETTINGS if "horse" not in each[1])],
)
def test_a_message_never_repeats_the_value_of_a_reported_line(
    finding: Maker, path: str, text: str
) -> None:
    """Only a value of several plain words is masked as a whole: a word of it may be any word."""
    mask = mask_of((finding(path, 1, kind=Kind.SECRETS),), {path: text})

    assert "found *** here" == mask.values("found swordfish here")


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_in_code_hides_its_value(finding: Maker, text: str) -> None:
    """In a literal and in a comment, on a line that is reported and on one that is only shown."""
    for line in (f'run("{text}")', f"x = 1  # {text}"):
        assert "swordfish" not in shown("a.py", 1, line, finding)
        assert "swordfish" not in mask_source(line, code=True)


@pytest.mark.parametrize(("path", "line", "text"), BLOCKS)
def test_a_value_of_several_lines_is_masked_to_its_end_and_no_further(
    finding: Maker, path: str, line: int, text: str
) -> None:
    masked = shown(path, line, text, finding)

    assert "swordfish" not in masked
    assert "herring" not in masked
    assert text.count("\n") == masked.count("\n")
    assert "port: 80" == masked.split("\n")[-1]


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_that_nobody_reported_is_masked_in_any_text(text: str) -> None:
    assert "swordfish" not in mask_text(text)
    assert "swordfish" not in mask_source(text, code=False)


@pytest.mark.parametrize(("path", "text"), SETTINGS)
def test_a_setting_that_nobody_reported_is_masked_in_source(path: str, text: str) -> None:
    assert "swordfish" not in mask_source(text, code=False)


@pytest.mark.parametrize(
    "text",
    [
        "docker run -u 1000:1000 -p 8080:80 shop",
        "mkdir -p build && cp -a src build",
        "git push -u origin main",
        "docker login r.example",
        "python -m pytest -p no:cacheprovider",
        "mysql is not installed",
        "the user is identified by a number",
        "Authorization: required",
    ],
)
def test_what_is_no_credential_can_be_read(text: str) -> None:
    assert text == mask_text(text)


HOSTILE = ["mysql ", "-u a:", "docker login -p ", "authorization: bearer ", "sshpass ", "ldapx ",
           "create identified by ", "pass ", "- token: "]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_no_command_makes_it_slow(part: str) -> None:
    text = part * (100_000 // len(part))
    start = process_time()

    mask_text(text)
    mask_source(text, code=False)

    assert process_time() - start < 2


@pytest.mark.parametrize("part", ["x <<A\n", "<p>\n", "a: |\n", "- a:\n", "k:\n", "<<A\nA\n"])
def test_no_block_makes_it_slow(finding: Maker, part: str) -> None:
    count = 20_000
    text = part * count + "A\n"
    findings = [finding("a.yml", line, kind=Kind.SECRETS) for line in range(1, count, 2)]
    start = process_time()

    mask_of(findings, {"a.yml": text})

    assert process_time() - start < 4
