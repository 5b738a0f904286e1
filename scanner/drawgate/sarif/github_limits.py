"""What GitHub code scanning takes: beyond the first number it refuses the file, or hides the rest.

Sources: docs.github.com, "SARIF support for code scanning" and "Uploading a SARIF file"; the
OpenAPI description of `POST /repos/{owner}/{repo}/code-scanning/sarifs`.
"""

from typing import Final

RUNS: Final = 20
"""Runs of one file; more are refused."""
RESULTS: Final = 5_000
"""Results of one run that are kept; which ones of more, GitHub's documents and deeds differ in."""
RESULTS_REFUSED: Final = 25_000
RULES: Final = 25_000
EXTENSIONS: Final = 100
LOCATIONS: Final = 10
"""Places of one result that we write: GitHub shows the first, and reads no more than ten."""
LOCATIONS_REFUSED: Final = 1_000
STEPS: Final = 1_000
"""Locations of a result's thread flows that are kept."""
STEPS_REFUSED: Final = 10_000
TAGS: Final = 10
TAGS_REFUSED: Final = 20
NAME: Final = 255
DESCRIPTION: Final = 1_024
"""Characters of a rule's short and full description."""
SIZE: Final = 10_000_000
"""Bytes of a compressed file."""

# What GitHub sets no number for; these keep every file far below its size, whatever tools write.
MESSAGE: Final = 2_000
HELP: Final = 8_000
PLAIN: Final = 200_000_000
"""Bytes of a file as it is: the upload action can't hold a text of 512 MB."""
GREATEST: Final = (1 << 31) - 1
"""The largest line or column that every reader can hold."""
