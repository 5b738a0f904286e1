"""Version keys: equal versions are spelt equally, and quickly."""

from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_version
from packaging.version import Version

from drawgate.advisories.versions import version_key

_NUMBER = st.integers(0, 30).map(str)
_VERSION = st.builds(
    lambda release, pre, post, dev: ".".join(release) + pre + post + dev,
    st.lists(_NUMBER, min_size=1, max_size=5),
    st.sampled_from(["", "a1", "b0", "rc10", "-rc.1", "alpha", ".pre2"]),
    st.sampled_from(["", ".post0", ".post3", "-1", "r2"]),
    st.sampled_from(["", ".dev0", "dev12"]),
)


@given(_VERSION)
def test_the_short_cut_agrees_with_packaging(version: str) -> None:
    """The quick path gives what packaging's canonical form gives, for every spelling."""
    assert canonicalize_version(Version(version)) == version_key("PyPI", version)


def test_what_is_no_version_stays() -> None:
    """Old versions outside PEP 440 match letter by letter; other ecosystems as they are."""
    given_ones = [("PyPI", "0.7.10p1"), ("PyPI", "1.0+cpu"), ("Go", "v1.2.0"), ("npm", "1.0.0")]

    assert ["0.7.10p1", "1", "1.2.0", "1.0.0"] == [version_key(*each) for each in given_ones]
