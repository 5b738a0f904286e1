"""Thirty planted secrets of different shapes leave through no file, stream or format."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners


def _fake(number: int, size: int = 24) -> str:
    """Make a secret at run time, so that no file here holds one; it opens nothing."""
    digest = hashlib.sha256(f"canary {number}".encode()).digest() * 3
    return base64.b64encode(digest).decode().replace("+", "q").replace("/", "Z")[:size]


def _hex(number: int, size: int = 40) -> str:
    return (hashlib.sha256(f"canary {number}".encode()).hexdigest() * 2)[:size]


S = {number: _fake(number) for number in range(1, 41)}
H = {number: _hex(number) for number in range(1, 41)}
AWS = "AKIA0" + _hex(99, 15).upper().replace("A", "0")
PEM = "\n".join(_fake(200 + i, 60) for i in range(3))
KEY = "PRIVATE KEY"

PLANTED = {
    "app.py": f"""
import hashlib, subprocess
password = "{S[1]}"
api_key = '{S[2]}'
db = connect(host="x", password="{S[3]}")
def login(user, password="{S[4]}"): return hashlib.md5(user)
TOKENS = {{"secret_token": "{S[5]}", "other": 1}}
subprocess.call("curl -u admin:{S[6]} http://x", shell=True)  # password = "{S[7]}"
URL = "postgresql://shop:{S[8]}@db.example/x"
aws = "{AWS}"
if password == "{S[9]}": pass
secret = ("{S[10]}"
          "{S[11]}")
jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ{S[12]}.{S[13]}"
hexkey = "{H[14]}"
""",
    "settings.yaml": f"db:\n  password: {S[15]}\n  api_key: '{S[16]}'\n  url: redis://:{S[17]}@h/0\n",
    ".env": f"SECRET_KEY={S[18]}\nexport AUTH_TOKEN={S[19]}\n",
    "config.json": json.dumps({"password": S[20], "nested": {"client_secret": S[21]}}, indent=1),
    "Dockerfile": (
        f"FROM x\nENV DB_PASSWORD={S[22]}\nRUN curl -H 'Authorization: Bearer {S[23]}' y\n"
    ),
    "app.js": f"const apiKey = '{S[24]}';\nfetch('https://u:{S[25]}@h/');\nlet h = \"{H[26]}\";\n",
    "app.ini": f"[db]\npassword = {S[27]}\ntoken: {S[28]}\n",
    "key.pem": f"-----BEGIN RSA {KEY}-----\n{PEM}\n-----END RSA {KEY}-----\n",
    "keyed.py": f'KEY = """-----BEGIN {KEY}-----\n{PEM}\n-----END {KEY}-----"""\n',
    "pom.xml": f"<server><password>{S[29]}</password><token>{S[30]}</token></server>\n",
    "main.tf": f'variable "x" {{\n  secret_key = "{S[31]}"\n}}\n',
    "run.sh": f"#!/bin/sh\nexport PASSWORD='{S[32]}'\nmysql -p{S[33]} --password={S[34]}\n",
    "requirements.txt": (
        f"--index-url https://user:{S[35]}@packages.example/simple\n"
        f"flask @ https://u:{S[36]}@packages.example/flask.whl\n"
        f"git+https://{S[37]}@git.example/x.git#egg=x\n"
        "jinja2==2.10\n"
    ),
    "broken.py": f'password = "{S[38]}\ndef (:\n',
    "tests/test_app.py": f'def test():\n    assert login("x", password="{S[39]}")\n',
    "README.md": f"Use `password={S[40]}` to log in.\n",
}
SECRETS = (
    *(text for number, text in S.items() if number not in (14, 26)),
    H[14],
    H[26],
    AWS,
    *PEM.splitlines(),
)


def _forms(secret: str) -> tuple[str, ...]:
    data = secret.encode()
    return (
        secret,
        base64.b64encode(data).decode().rstrip("="),
        quote(secret, safe=""),
        hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        hashlib.sha256(data).hexdigest(),
        data.hex(),
    )


def _plant(root: Path) -> None:
    for name, text in PLANTED.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)


def _seen(everything: bytes) -> list[str]:
    text = everything.decode("utf-8", "replace")
    return [secret for secret in SECRETS if any(form in text for form in _forms(secret))]


def test_enough_is_planted() -> None:
    assert len(SECRETS) >= 30
    assert all(secret in "".join(PLANTED.values()) for secret in SECRETS)


@pytest.mark.parametrize("format_", ["terminal", "json", "markdown", "github", "sarif"])
def test_a_scan_shows_none(
    drawgate: Drawgate, target: Path, advisories: Path, format_: str
) -> None:
    _plant(target)
    run = drawgate("scan", target, "--advisories", advisories, "-f", format_, "-v", "--offline")

    assert 1 == run.code
    assert [] == _seen(run.everything)


def test_a_plan_shows_none(drawgate: Drawgate, target: Path) -> None:
    _plant(target)
    run = drawgate("plan", target)

    assert [] == _seen(run.everything)


def test_a_tool_that_prints_secrets_while_it_fails_shows_none(
    drawgate: Drawgate, target: Path
) -> None:
    """What a scanner prints into its error ends in our messages, masked."""
    _plant(target)
    tool = target.parent / "bandit"
    tool.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bandit 1.9.4' && exit\n"
        f"cat {target}/app.py {target}/.env {target}/key.pem >&2; exit 9\n"
    )
    tool.chmod(0o755)
    run = drawgate("scan", target, env={"DRAWGATE_TOOL_BANDIT": str(tool)})

    assert "failed" == run.attempts["bandit"]["outcome"]
    assert [] == _seen(run.everything)


def test_a_log_of_another_tool_is_masked(drawgate: Drawgate, tmp_path: Path) -> None:
    """Others write what they found into their logs; we do not pass it on."""
    results = [
        {
            "ruleId": "generic-api-key",
            "level": "error",
            "message": {"text": f"found the secret '{secret}' in a line"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "a.py"},
                        "region": {
                            "startLine": number,
                            "snippet": {"text": f'password = "{secret}"'},
                        },
                    }
                }
            ],
        }
        for number, secret in enumerate(SECRETS, 1)
    ]
    driver = {"name": "gitleaks", "rules": []}
    log = tmp_path / "theirs.sarif"
    log.write_text(
        json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]})
    )

    for words in (
        ("gate", log),
        *(("report", log, "-f", f) for f in ("markdown", "json", "sarif")),
    ):
        run = drawgate(*words)
        assert [] == _seen(run.everything), words
