"""The checks of `.ci/run` that need nothing but Python, and the tests on every one we support."""

import nox

nox.options.sessions = ["tests-3.11", "lint", "types", "layers"]


def _install(session: nox.Session) -> None:
    session.install("--require-hashes", "-r", "requirements/dev.txt")
    session.install("--no-deps", ".")


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Run the tests on the built wheel."""
    _install(session)
    session.run("pytest", "-q", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    _install(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    _install(session)
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports point downward."""
    _install(session)
    session.run("lint-imports")


@nox.session
def mutation(session: nox.Session) -> None:
    """Break the policy engine in small ways: the tests must notice 95 of 100."""
    _install(session)
    session.install("--require-hashes", "-r", "requirements/mutation.txt")
    session.run("python", "benchmarks/mutation.py", *session.posargs)
