"""Where real repositories keep secrets: a file for each shape, planted with made-up values.

`¤` stands for the secret. Values are made at run time and open nothing.
"""
# ruff: noqa: E501 - one row, one shape

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

PIECE: Final = 8
"""Characters. Whoever sees so many of a secret knows which one it is."""
BEGIN, END = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"
OPENSSH = "-----BEGIN OPENSSH " + "PRIVATE KEY-----"
PGP = "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----"


def body(label: str, size: int = 24) -> str:
    """Give letters and digits that look random."""
    digest = hashlib.sha512(f"canary shape {label}".encode()).digest() * 4
    return base64.b64encode(digest, altchars=b"qZ").decode()[:size]


def hexadecimal(label: str, size: int = 40) -> str:
    return (hashlib.sha512(f"canary shape {label}".encode()).hexdigest() * 2)[:size]


def key(label: str, lines: int = 4) -> str:
    return "\n".join(body(f"{label} {number}", 64) for number in range(lines))


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One planted file, and what must not be seen of it."""

    path: str
    data: bytes
    secrets: tuple[str, ...]


def _shape(path: str, template: str, *secrets: str, encoding: str = "utf-8") -> Shape:
    """Put secrets where the template has `¤`; without any, one is made for each."""
    made = secrets or tuple(body(f"{path} {n}") for n in range(template.count("¤")))
    text = template
    for secret in made:
        text = text.replace("¤", secret, 1)
    return Shape(path=path, data=text.encode(encoding), secrets=made)


def _escaped(label: str, form: Callable[[int], str]) -> tuple[str, str]:
    secret = body(label, 16)
    return "".join(form(ord(character)) for character in secret), secret


_HEX = _escaped("hex escape", lambda code: f"\\x{code:02x}")
_UNICODE = _escaped("unicode escape", lambda code: f"\\u{code:04x}")
_ACCOUNT = {
    "type": "service_account",
    "private_key_id": "¤",
    "private_key": f"{BEGIN}\n¤\n{END}\n",
    "client_email": "robot@example.iam.example",
}
_NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": ['api_key = "¤"\n', "login(api_key)\n"], "outputs": [
            {"output_type": "stream", "text": ["token: ¤\n"]}
        ]}
    ],
    "nbformat": 4,
}  # fmt: skip

# fmt: off
PYTHON: Final = (
    _shape("p/fstring.py", 'name = "x"\npassword = f"¤{name}¤"\n'),
    _shape("p/triple.py", 'password = """\n¤\n  ¤\n"""\n'),
    _shape("p/plus.py", 'password = "¤" + \\\n    "¤" + \\\n    "¤"\n'),
    _shape("p/implicit.py", 'api_key = (\n    "¤"\n    "¤"  # ¤\n    f"¤"\n)\n'),
    _shape("p/bytes.py", 'secret = b"¤"\nraw_token = rb"¤"\n'),
    Shape(path="p/hex.py", data=f'password = "{_HEX[0]}"\n'.encode(), secrets=_HEX),
    Shape(path="p/unicode.py", data=f'password = "{_UNICODE[0]}"\n'.encode(), secrets=_UNICODE),
    _shape("p/dict.py", 'D = {"db": {"password": "¤", "user": "bob"},\n     "token": "¤"}\n'),
    _shape("p/kwargs.py", 'connect(host="x",\n        password="¤",\n        token="¤")\n'),
    _shape("p/default.py", 'def login(user, password="¤"):\n    return user\n'),
    _shape("p/compare.py", 'def check(token):\n    return token == "¤" or token in ("¤", "¤")\n'),
    _shape("p/sql.py", "def f(db, x):\n    db.execute(\"SELECT 1 WHERE password = '¤' AND a = %s\" % x)\n"),
    _shape("p/sql2.py", "def f(db, x):\n    db.execute(f\"UPDATE u SET api_token='¤' WHERE id={x}\")\n"
    ), _shape("p/shell.py", 'import os\nos.system("curl -u bob:¤ http://h.example/?token=¤")\n'), _shape(
        "p/shell2.py", 'import subprocess\nsubprocess.run("PGPASSWORD=¤ psql -h db", shell=True)\n'
    ), _shape(
        "p/header.py", 'import requests\nrequests.get("http://h", headers={"Authorization": "Bearer ¤"}, verify=False)\n'),
    _shape("p/context.py", 'import pickle\nDB_PASSWORD = get("¤")\npickle.loads(b"¤")\nSECRET = "¤"\n'
    ), _shape(
        "p/context2.py", 'import yaml\nyaml.load(\n    open("x"),  # token=¤\n    auth("¤"),\n)\n'
    ), _shape(
        "p/url.py", 'import urllib.request\nurllib.request.urlopen("https://bob:¤@h.example/x?api_key=¤&a=1")\n'),
    _shape("p/dsn.py", 'DSN = "Server=db;User Id=sa;Password=¤;Encrypt=yes"\nJDBC = "jdbc:mysql://h/db?user=sa&password=¤"\n'),
    _shape("p/pem_line.py", f'KEY = "{BEGIN}\\n¤\\n¤\\n{END}\\n"\n', body("pem1", 64), body("pem2", 64)
    ), _shape(
        "p/pem_parts.py", f'KEY = ("{BEGIN}\\n"\n       "¤\\n"\n       "¤\\n"\n       "{END}\\n")\n', body("pp1", 64), body("pp2", 64)),
    _shape("p/jwt.py", 'headers = {"X": "eyJhbGciOiJIUzI1NiJ9.¤.¤"}\n', body("j1", 40), body("j2", 43)
    ), _shape("p/slack.py", 'HOOK = "https://hooks.slack.com/services/T0FAKE000/B0FAKE000/¤"\n'), _shape(
        "p/aws.py", 'AWS_ACCESS_KEY_ID = "¤"\nAWS_SECRET_ACCESS_KEY = "¤"\n', "AKIA" + hexadecimal("aws", 16).upper(), body("aws2", 40)),
    _shape("p/azure.py", 'SAS = "https://x.blob.core.example/c?sv=2020&sig=¤%3D&se=2030"\nC = "AccountName=x;AccountKey=¤=="\n', body("sas", 43), body("azure", 86)),
    _shape("p/crlf.py", 'import os\r\npassword = "¤"\r\ntoken = """¤\r\n¤"""\r\n'),
    _shape("p/cr.py", 'x = 1\rpassword = "¤"\r'),
    _shape("p/latin.py", '# -*- coding: latin-1 -*-\npassword = "\xe9¤"\n', body("latin"), encoding="latin-1"),
    _shape("p/long.py", "x = [" + "1, " * 3000 + '"a"]; password = "¤"; y = [' + "2, " * 3000 + "]\n"
    ), _shape(
        "p/comment.py", "# password: ¤\n# the key is token=¤ for now\nx = 1  # TODO: secret '¤'\n"
    ), _shape("p/docstring.py", 'def f():\n    """Log in.\n\n    >>> login(password="¤")\n    """\n'), _shape("p/assert_.py", 'def f(r):\n    assert r.token == "¤", "token ¤ is wrong"\n'), _shape("p/format.py", 'U = "https://{}:¤@h.example".format("bob")\npassword = "%s¤" % "x"\n'), _shape("p/walrus.py", 'if (password := "¤"): print(password)\n'), _shape("p/odd.py", "password = 'it\\'s \"¤\" there'\nsecret = \"a'¤'b\"\n"), _shape("p/tmp.py", 'open("/tmp/¤/key", "w")\npassword_file = "/tmp/¤"\n'), _shape("p/bind.py", 'import socket\nsocket.socket().bind(("0.0.0.0", 80)); token = "¤"\n'),
)
CONFIG: Final = (
    _shape(
        "c/a.json", '{"password": "¤", "n": {"client_secret": "¤"}, "list": [{"api_key":"¤"}]}\n'
    ), _shape(
        "c/account.json", json.dumps(_ACCOUNT, indent=2, ensure_ascii=False), hexadecimal("gcp"), body("gcp key", 64)),
    _shape("c/a.yaml", "password: ¤\nlist:\n  - token: '¤'\n  - name: API_KEY\n    value: \"¤\"\nflow: {secret: ¤}\n"),
    _shape("c/fold.yaml", "password: >-\n  ¤\n  ¤\nport: 1\n"),
    _shape("c/pem.yaml", f"tls:\n  key: |\n    {BEGIN}\n    ¤\n    ¤\n    {END}\n", body("y1", 64), body("y2", 64)),
    _shape("c/k8s.yaml", "kind: Secret\ndata:\n  password: ¤\nstringData:\n  token: ¤\n", b64(body("k8s")), body("k8s token")),
    _shape("c/kubeconfig", "users:\n- name: admin\n  user:\n    client-key-data: ¤\n    token: ¤\n", b64(key("kube", 2)), body("kube token")),
    _shape("c/compose.yml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=¤\n      MYSQL_ROOT_PASSWORD: ¤\n"),
    _shape("c/ci.yml", "jobs:\n  a:\n    env:\n      API_TOKEN: ¤\n    steps:\n      - run: |\n          curl -H 'Authorization: token ¤' h\n          docker login -u bob -p ¤ r.example\n"),
    _shape("c/a.toml", '[db]\npassword = "¤"\nsecret_key = \'¤\'\ntoken = """\n¤"""\n'),
    _shape("c/a.ini", "[db]\npassword = ¤\napi_key: ¤\n"),
    _shape("c/.env", "DB_PASSWORD=¤\nexport API_TOKEN='¤'\nSECRET=\"¤\"\n"),
    _shape("c/.npmrc", "//r.example/:_authToken=npm_¤\n_auth=¤\n", body("npm", 36), body("npm2")),
    _shape("c/.pypirc", "[pypi]\nusername = __token__\npassword = pypi-¤\n", body("pypi", 60)),
    _shape("c/.netrc", "machine h.example login bob password ¤\n"),
    _shape("c/.git-credentials", "https://bob:¤@h.example\n"),
    _shape("c/docker/config.json", '{"auths": {"r.example": {"auth": "¤"}}}\n', b64("bob:" + body("docker"))),
    _shape("c/Dockerfile", "FROM x\nENV API_KEY=¤ LANG=C\nENV DB_PASSWORD ¤\nARG TOKEN=¤\nRUN echo '¤' | docker login --password-stdin\n"),
    _shape("c/a.tf", 'provider "x" {\n  secret_key = "¤"\n  password   = <<EOT\n¤\nEOT\n}\n'),
    _shape("c/a.tfvars", 'db_password = "¤"\n'),
    _shape("c/a.properties", "db.password=¤\napi.token: ¤\nsecret \\\n  = ¤\n"),
    _shape("c/web.config", '<add key="ApiKey" value="¤" />\n<add name="Db" connectionString="Server=x;Password=¤;" />\n<password>¤</password>\n'),
    _shape("c/settings.xml", "<server>\n<password>\n¤\n</password>\n<privateKey>¤</privateKey></server>\n"),
    _shape("c/id_rsa", f"{OPENSSH}\n¤\n¤\n-----END OPENSSH PRIVATE KEY-----\n", body("ssh1", 70), body("ssh2", 70)),
    _shape("c/id_cut", f"{BEGIN}\n¤\n¤\n", body("cut1", 64), body("cut2", 64)),
    _shape("c/key.asc", f"{PGP}\nVersion: 1\n\n¤\n¤\n-----END PGP PRIVATE KEY BLOCK-----\n", body("pgp1", 64), body("pgp2", 64)),
    _shape("c/nb.ipynb", json.dumps(_NOTEBOOK, indent=1, ensure_ascii=False)),
    _shape("c/Makefile", "API_TOKEN := ¤\ndeploy:\n\tcurl -u bob:¤ https://h\n\tsshpass -p ¤ ssh h\n"
    ), _shape(
        "c/run.sh", "#!/bin/sh\nPASSWORD='¤' tool\ncat > x <<EOF\npassword=¤\ntoken ¤\nEOF\nmysql -p¤ x\n"),
    _shape("c/a.ps1", '$password = "¤"\nConvertTo-SecureString "¤" -AsPlainText\n'),
    _shape("c/a.html", '<input type="password" value="¤">\n<script>var apiKey = "¤"; x.token=`¤`</script>\n'),
    _shape("c/a.js", "const token = `¤`;\nfetch(url, {headers: {'X-Api-Key': '¤', Authorization: `Bearer ¤`}});\nconst m = {password:\n  '¤'};\n"),
    _shape("c/min.js", "var a=1;" * 500 + 'x={apiKey:"¤",b:2};' + "var c=1;" * 500 + "\n"),
    _shape("c/a.go", 'package a\nvar password = `¤\n¤`\nconst apiKey = "¤"\n'),
    _shape("c/a.rs", 'const TOKEN: &str = "¤";\nlet password = r#"¤"#;\nlet key = b"¤";\n'),
    _shape("c/a.c", '#define API_KEY "¤"\nconst char *password = "¤"\n    "¤";\nchar secret[] = {"¤"};\n'),
    _shape("c/A.java", 'private static final String PASSWORD = "¤";\nString s = DriverManager.getConnection("jdbc:x://h", "sa", "¤");\n'),
    _shape("c/a.rb", "password = '¤'\nsecret_key_base: \"¤\"\nx = %q(¤)\n"),
    _shape("c/a.php", "<?php\n$password = '¤';\ndefine('API_KEY', '¤');\n"),
    _shape("c/README.md", "Log in with `curl -u admin:¤ h` or\n\n    export API_TOKEN=¤\n\npassword: ¤\n"),
    _shape("c/utf16.yaml", "password: ¤\n", encoding="utf-16"),
    _shape("c/bom.env", "\ufeffPASSWORD=¤\n"),
    _shape("c/a.sql", "CREATE USER bob IDENTIFIED BY '¤';\nINSERT INTO t (password) VALUES ('¤');\nALTER USER x WITH PASSWORD '¤';\n"),
    _shape("c/a.csv", "user,password,token\nbob,¤,¤\n"),
    _shape("c/a.http", "GET /x?access_token=¤ HTTP/1.1\nAuthorization: Basic ¤\nCookie: session=¤\n", body("q"), b64("bob:" + body("basic")), body("cookie")),
    _shape("c/nginx.conf", 'proxy_set_header Authorization "Basic ¤";\n', b64("bob:" + body("nginx"))
    ), _shape(
        "c/requirements.txt", "--extra-index-url https://bob:¤@h.example/simple\nx @ https://h.example/x.whl?token=¤\ngit+https://¤@h.example/y.git#egg=y\n"),
    _shape("c/pyproject.toml", '[project]\nname = "x"\nversion = "1"\ndependencies = ["y @ https://bob:¤@h.example/y.whl"]\n[[tool.poetry.source]]\nurl = "https://bob:¤@h.example/simple"\n'),
    _shape("c/many.yaml", "a: 1\n---\nb:\n  random: ¤\n---\nc:\n  client_secret: ¤\n"),
    _shape("c/values.yaml", "auth: &x\n  postgresPassword: ¤\n  redis: {password: ¤, host: x}\nother:\n  <<: *x\n# password: ¤\n"),
    _shape("c/app.cfg", "[a]\nx = y\n; password = ¤\npassword = ¤\n"),
    _shape("c/appsettings.json", '{"Db": "Server=x;User Id=sa;Password=¤;", "Jwt": {"Key": "¤"}, "ApiKeys": ["¤"]}\n'),
    _shape("c/a.tfstate", '{"outputs": {"key": {"value": "¤", "sensitive": true}}, "a": {"password": "¤"}}\n'),
    _shape("c/har.json", '{"headers": [{"name": "Cookie", "value": "sid=¤"}], "text": "user=a&password=¤"}\n'),
    _shape("c/build.gradle", 'signing { storePassword "¤"\n keyPassword \'¤\' }\nbuildConfigField "String", "API_KEY", "\\"¤\\""\n'),
    _shape("c/s.ps1", '$here = @"\n¤\n"@\nInvoke-RestMethod -Headers @{ "X-Api-Key" = "¤" }\nnet use z: h ¤ /user:bob\n'),
    _shape("c/pip.conf", "[global]\nindex-url = https://bob:¤@h.example/simple\n"),
)
# fmt: on
SHAPES: Final = (*PYTHON, *CONFIG)


@pytest.fixture(scope="session")
def shapes() -> tuple[Shape, ...]:
    """Give every planted file."""
    return SHAPES


@pytest.fixture
def planted(target: Path, shapes: tuple[Shape, ...]) -> Path:
    """Give a directory with all of them in it."""
    for shape in shapes:
        path = target / shape.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shape.data)
    return target


@pytest.fixture
def seen(shapes: tuple[Shape, ...]) -> Callable[[bytes], list[str]]:
    """Give a function that says which shapes' secrets can be seen, even a piece of one."""

    def look(everything: bytes) -> list[str]:
        text = everything.decode("utf-8", "replace")
        return [
            f"{shape.path}: {secret}"
            for shape in shapes
            for secret in shape.secrets
            if any(secret[i : i + PIECE] in text for i in range(len(secret) - PIECE + 1))
        ]

    return look
