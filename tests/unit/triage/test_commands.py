"""Passwords on command lines are hidden in linear time, and only theirs."""

from time import process_time

import pytest

from drawgate.triage.net import mask_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mysql -u root -pswordfish shop", "mysql -u root -p*** shop"),
        ("mysql -p; ls -pswordfish", "mysql -p; ls -pswordfish"),
        ("docker login \\\n  -p swordfish h", "docker login \\\n  -p *** h"),
        ("docker run -p 80 x\noc login -p swordfish", "docker run -p 80 x\noc login -p ***"),
        ("sshpass -p 'sword fish' ssh h", "sshpass -p '***' ssh h"),
        (f"mysql {'x' * 400} -pswordfish", f"mysql {'x' * 400} -pswordfish"),
        ("echo 'swordfish' | oc --password-stdin", "echo '***' | oc --password-stdin"),
        ("ALTER USER x WITH PASSWORD 'swordfish';", "ALTER USER x WITH PASSWORD '***';"),
        ('#define API_KEY "swordfish"', '#define API_KEY "***"'),
        ("https://h/c?sv=1&sig=swordfish%2Bswordfish", "https://h/c?sv=1&sig=***"),
        ("Cookie: swordfish; x", "Cookie: ***; x"),
    ],
)  # fmt: skip
def test_a_commands_password_is_hidden(text: str, expected: str) -> None:
    assert expected == mask_text(text)


@pytest.mark.parametrize(
    "part",
    ["docker login ", "sshpass login ", "mysql x ", "mysql -p ", "create user password ", "oc "],
)
def test_a_line_of_a_million_characters_takes_a_fraction_of_a_second(part: str) -> None:
    """It took four seconds, and grew with the reach of each command."""
    text = part * (1_000_000 // len(part)) + " -p x"
    started = process_time()

    mask_text(text)

    assert process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("KuRB92xD12ZdwOkzXdgICGyD", True),
        ("see https://example.org/docs/Sha256WithRSAEncryption", False),
        ("d670460b4b4aece5915caf5c68d12f560a9fe3e4", False),
        ("TestHTTP2ServerConnectionHandler", False),
        ("warehouse/migrations/versions/08ccc59d9857_add_manual_password_reset", False),
        ("4F6C2A1E-0000-4000-8000-0123456789AB", False),
    ],
)
def test_what_is_drawn_is_told_from_what_is_written(text: str, *, drawn: bool) -> None:
    assert drawn is (mask_text(text) != text)
