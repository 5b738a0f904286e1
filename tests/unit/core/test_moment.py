"""Moments in the spellings that data has."""

from datetime import UTC, datetime

import pytest

from drawgate.core.moment import moment


@pytest.mark.parametrize("text", ["2026-11-20T01:00:00+01:00", "2026-11-20", "20261120T000000Z"])
def test_a_plain_day_is_midnight_utc(text: str) -> None:
    """Offsets are counted, and no offset means UTC."""
    assert moment(text) == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "1-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00"])
def test_what_is_no_moment_is_none(text: str) -> None:
    """Nor is a moment before the first year, which an offset can make."""
    assert moment(text) is None
