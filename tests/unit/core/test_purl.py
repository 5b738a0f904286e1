"""Package URLs are compared as their types compare names."""

import pytest

from drawgate.core.purl import Purl, parse_purl


@pytest.mark.parametrize(
    ("text", "type_", "namespace", "name", "version"),
    [
        ("pkg:pypi/Django_X.y@1.0", "pypi", "", "django-x-y", "1.0"),
        ("pkg:npm/%40scope/name@1.0.0", "npm", "@scope", "name", "1.0.0"),
        ("pkg:npm/@scope/name", "npm", "@scope", "name", ""),
        ("pkg:golang/github.com/Azure/x/v2@v2.1", "golang", "github.com/azure/x", "v2", "v2.1"),
        ("pkg://maven/org.a/b@1%2B2", "maven", "org.a", "b", "1+2"),
        ("PKG:PyPI/flask", "pypi", "", "flask", ""),
        ("pkg:deb/debian/curl@1%3A2?arch=amd64#doc", "deb", "debian", "curl", "1:2"),
    ],
)
def test_a_package_url_is_taken_apart(
    text: str, type_: str, namespace: str, name: str, version: str
) -> None:
    purl = parse_purl(text)

    assert purl
    assert (type_, namespace, name, version) == (*purl.package, purl.version)


def test_variants_are_kept() -> None:
    assert Purl(
        type="deb",
        namespace="debian",
        name="curl",
        version="1",
        qualifiers=(("arch", "amd64"), ("distro", "debian 12")),
        subpath="a/b",
    ) == parse_purl("pkg:deb/debian/curl@1?distro=debian%2012&ARCH=amd64&empty=#a/b/")


@pytest.mark.parametrize(
    "text",
    ["", "pkg:", "pkg:pypi", "pkg:pypi/", "pypi/flask", "https://a.example/b", "pkg:1x/a",
     "pkg:pypi/flask@", "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*"],
)  # fmt: skip
def test_what_is_no_package_url_is_none(text: str) -> None:
    assert parse_purl(text) is None
