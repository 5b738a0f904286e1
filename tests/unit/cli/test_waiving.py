"""A file of waivers that a user names is told without what looks like a credential."""

from pathlib import Path

from drawgate.cli.waiving import of_file

TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
FILE = f"""
apiVersion: drawgate/v1
waivers:
  - id: a
    match: {{identity: 0B6259DE-909F-539C-962D-E68B833D2E19}}
    type: accepted
    reason: "it is {TOKEN}"
    owner: {TOKEN}
    created: 2026-11-20
    expires: 2026-12-20
    severity: high
"""


def test_a_token_in_a_reason_is_masked_where_no_scan_does_it(tmp_path: Path) -> None:
    """`gate --waivers` and `drawgate waivers` read it; IDs stay as they are."""
    path = tmp_path / "w.yaml"
    path.write_text(FILE)

    (waiver,) = of_file(str(path)).waivers

    assert (waiver.reason, waiver.owner) == ("it is ***", "***")
    # An ID is one in capitals, too.
    assert waiver.match.identity == ("0b6259de-909f-539c-962d-e68b833d2e19",)
