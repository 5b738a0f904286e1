"""Names that stand twice in one object."""

import pytest

from drawgate.core.errors import LogError
from drawgate.sarif.twice import check_names


@pytest.mark.parametrize(
    "text", ["{}", '[{"a": 1, "b": {"a": 1}}, {"a": 1}]', '{"a": "a", "A": 1}']
)
def test_names_that_stand_once(text: str) -> None:
    """One name in two objects, or in another case, is two names."""
    check_names(text, "x.sarif")


def test_where_it_stands() -> None:
    """The path counts from where the text stands in its log."""
    with pytest.raises(LogError) as caught:
        check_names('[{}, {"uri": 1, "\\u0075ri": 2}]', "x.sarif", "$.runs[0].results", 40)

    assert str(caught.value).startswith("x.sarif: $.runs[0].results[41]: 'uri' stands twice")


def test_depth_is_an_error() -> None:
    """A document made to exhaust the stack is refused."""
    with pytest.raises(LogError, match="nested too deeply"):
        check_names("[" * 200_000, "x.sarif")
