"""Planted secrets of many shapes never come out of triage, whatever the scanners say."""

import base64
import hashlib
import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from drawgate.core.adapter import Adapter, Job, Output
from drawgate.core.finding import Finding
from drawgate.registry import builtin
from drawgate.triage.identity import identify
from drawgate.triage.locate import locate
from drawgate.triage.redact import mask_of, mask_raw, mask_sources, redact


def _body(label: str, size: int) -> str:
    """Make a secret's body at run time: no file of this repository holds a credential."""
    digest = hashlib.sha512(f"drawgate canary {label}".encode()).digest()
    return base64.b64encode(digest + digest, altchars=b"xy").decode()[:size]


def _hex(label: str, size: int) -> str:
    return hashlib.sha512(f"drawgate canary {label}".encode()).hexdigest()[:size]


def _bodies(*labels: str) -> list[str]:
    return [_body(label, 16) for label in labels]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One planted file, and the texts in it that must not be seen again."""

    path: str
    text: str
    secrets: tuple[str, ...]


def _plant(path: str, template: str, *secrets: str) -> Canary:
    """Put each secret where the template has an `@`."""
    text = template
    for secret in secrets:
        text = text.replace("@", secret, 1)
    return Canary(path=path, text=text, secrets=secrets)


def _seen_by_bandit() -> Iterator[Canary]:
    yield _plant("a/assign.py", 'password = "@"\n', _body("assign", 14))
    yield _plant("a/escape.py", 'password = "\\x41@"\n', _body("escape", 14))
    yield _plant(
        "a/default.py", 'def f(a,\n      password="@"):\n    return a\n', _body("default", 12)
    )
    yield _plant("a/kwarg.py", 'login(\n    user="x",\n    passwd="@",\n)\n', _body("kwarg", 12))
    yield _plant("a/dict.py", 'D = {\n    "password":\n        "@",\n}\n', _body("dict", 12))
    yield _plant("a/item.py", 'd = {}\nd["token"] = "@"\n', _body("item", 18))
    yield _plant(
        "a/concat.py", 'token = ("@"\n         "@")\n', _body("left", 10), _body("right", 10)
    )
    yield _plant("a/triple.py", 'secret = """@\n@"""\n', _body("one", 15), _body("two", 15))
    yield _plant(
        "a/crlf.py",
        'import os\r\n\tpwd = """@\r\n@"""\r\n'.replace("\t", ""),
        _body("c1", 15),
        _body("c2", 15),
    )
    yield _plant("a/bytes.py", 'secret = "@"; raw = b"@"\n', _body("str", 12), _body("bytes", 12))
    yield _plant(
        "a/fstring.py",
        'secret = "@"; url = f"https://x/?q=@&r={secret}"\n',
        _body("f1", 12),
        _body("f2", 14),
    )
    yield _plant("a/quote.py", 'password = "it\'s @"\n', _body("apostrophe", 12))
    yield _plant(
        "a/compare.py", 'def g(password):\n    return password == "@"\n', _body("compare", 12)
    )
    yield _plant("a/tabs.py", 'if 1:\n\tpassword\t=\t"@"\n', _body("tabs", 14))
    yield _plant("a/dup.py", 'password = "@"\nimport pickle; x = "@"\n', *[_body("dup", 16)] * 2)


def _seen_by_detect_secrets() -> Iterator[Canary]:
    key = [_body(f"pem{n}", 64) for n in range(4)]
    begin, end = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"
    header = base64.b64encode(b'{"alg": "HS256", "typ": "JWT"}').decode()
    claims = base64.b64encode(json.dumps({"sub": _body("claims", 20)}).encode()).decode()
    jwt = f"{header}.{claims}.{_body('sign', 40)}"
    docker = base64.b64encode(f"robot:{_body('docker', 20)}".encode()).decode()
    yield _plant("b/aws.py", 'KEY = "@"\n', "AKIA" + _hex("aws", 16).upper())
    yield _plant("b/github.js", 'const t = "@";\n', "ghp_" + _body("github", 36))
    yield _plant(
        "b/slack.yaml",
        "slack: @\n",
        "xoxb-"
        + _hex("n", 12).translate(_DIGITS)
        + "-"
        + _hex("m", 12).translate(_DIGITS)
        + "-"
        + _body("slack", 24),
    )
    yield _plant("b/stripe.toml", 'stripe = "@"\n', "sk_" + "live_" + _body("stripe", 24))
    yield _plant("b/jwt.json", '{\n  "jwt": "@"\n}\n', jwt)
    yield _plant(
        "b/dsn.env", "DATABASE_URL=postgresql://shop:@@db.example/shop\n", _body("dsn", 16)
    )
    yield _plant("b/basic.sh", "curl https://robot:@@files.example/x\n", _body("basic", 16))
    yield _plant("b/rsa.pem", f"{begin}\n@\n@\n@\n@\n{end}\n", *key)
    yield _plant(
        "b/embedded.py", f'K = """{begin}\n@\n@\n{end}"""\n', _body("e1", 64), _body("e2", 64)
    )
    yield _plant("b/keyword.yaml", "db:\n  password: @\n", _body("yaml", 14))
    yield _plant(
        "b/block.yaml", "db:\n  password: |\n    @\n  port: 1\n", "AKIA" + _hex("block", 16).upper()
    )
    yield _plant("b/settings.ini", "[db]\npassword = @\n", _body("ini", 14))
    yield _plant("b/app.properties", "db.password=@\n", _body("properties", 14))
    yield _plant("b/main.tf", 'variable "x" {\n  password = "@"\n}\n', _body("tf", 14))
    yield _plant("b/Dockerfile", 'FROM scratch\nENV PASSWORD="@"\n', _body("dockerfile", 14))
    yield _plant("b/config.json", '{"api_key": "@", "a": 1}\n', _body("apikey", 20))
    yield _plant("b/hex.py", 'SALT = "@"\n', _hex("entropy", 40))
    yield _plant("b/base64.js", "const blob = '@';\n", _body("entropy64", 60))
    yield _plant("b/.npmrc", "//registry.example/:_authToken=@\n", "npm_" + _body("npmrc", 36))
    yield _plant("b/docker.json", '{"auths": {"r.example": {"auth_secret": "@"}}}\n', docker)
    yield _plant("b/azure.config", '<add value="AccountKey=@==;X=1" />\n', _body("azure", 86))
    yield _plant("b/notes.md", "Use `password = '@'` here, please.\n", _body("md", 14))
    yield _plant("b/twilio.rb", "sid = '@'\n", "SK" + _hex("twilio", 32))
    yield _plant("b/comment.py", "x = 1  # password = '@'\n", _body("comment", 14))


def _beside_a_finding() -> Iterator[Canary]:
    """Give secrets that no scanner reports, on lines that a snippet shows."""
    yield _plant(
        "c/netrc.py", "import pickle  # machine h login l password: @\n", _body("netrc", 14)
    )
    yield _plant(
        "c/annotated.py", 'import pickle; secret: str = "@"  # token: @1\n', *_bodies("ann", "old")
    )
    yield _plant("c/url.py", 'import pickle; u = "ftp://a:@@h/"\n', _body("ftp", 14))


_DIGITS = str.maketrans("abcdef", "123456")
CANARIES = (*_seen_by_bandit(), *_seen_by_detect_secrets(), *_beside_a_finding())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("canaries")
    for canary in CANARIES:
        path = root / canary.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(canary.text.encode())
    return root


@pytest.fixture(scope="module")
def outputs(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Output]:
    """Give what the real scanners print about the planted files."""
    scratch = tmp_path_factory.mktemp("scratch")
    python = tuple(sorted(c.path for c in CANARIES if c.path.endswith(".py")))
    everything = tuple(sorted(c.path for c in CANARIES))
    return {
        name: _run(builtin()[name], Job(root=planted, inputs=inputs, scratch=scratch))
        for name, inputs in (("bandit", python), ("detect-secrets", everything))
    }


def _run(adapter: Adapter, job: Job) -> Output:
    command = adapter.command(job)
    for name, data in command.files.items():
        (job.scratch / name).write_bytes(data)
    tool = Path(sys.executable).parent / adapter.tool.argv[0]
    done = subprocess.run(
        [tool, *command.args],
        cwd=command.cwd or job.root,
        env={"PATH": os.environ["PATH"], "HOME": str(job.scratch), **command.env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode in command.ok, done.stderr
    return Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)


def _forms(secret: str) -> set[str]:
    data = secret.encode()
    return {
        secret,
        json.dumps(secret)[1:-1],
        html.escape(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        hashlib.sha1(data).hexdigest(),  # noqa: S324 - what detect-secrets prints
        hashlib.sha256(data).hexdigest(),
        data.hex(),
    }


@pytest.mark.scanners
def test_no_canary_leaves_triage(planted: Path, outputs: Mapping[str, Output]) -> None:
    """Messages, snippets, properties, raw output and hashed text hold no planted secret."""
    found: tuple[Finding, ...] = tuple(
        replace(finding, tool=name)
        for name, output in outputs.items()
        for finding in builtin()[name].parse(output).findings
    )
    sources = {f.path: (planted / f.path).read_bytes().decode() for f in found}

    mask = mask_of(found, sources)
    masked = mask_sources(mask, found, sources)
    findings = identify(locate(redact(found, mask), sources, masked, mask), sources, masked)
    raw = b"".join(
        mask_raw(mask, stream, builtin()[name].raw_keys)
        for name, output in outputs.items()
        for stream in (output.stdout, output.stderr)
    )
    seen = "\n".join([*map(repr, findings), *masked.values(), raw.decode(), repr(mask)])

    leaked = [
        (canary.path, form)
        for canary in CANARIES
        for secret in canary.secrets
        for form in _forms(secret)
        if form in seen
    ]
    assert [] == leaked


@pytest.mark.scanners
def test_the_scanners_do_find_the_canaries(outputs: Mapping[str, Output]) -> None:
    """The test above proves something only if there was something to hide."""
    told = {
        finding.path
        for name, output in outputs.items()
        for finding in builtin()[name].parse(output).findings
    }

    assert {canary.path for canary in CANARIES} == told
