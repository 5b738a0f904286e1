"""What a value on the command line may be; a wrong one is refused without being repeated."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

from drawgate import strict
from drawgate.cli.usage import name_of
from drawgate.core.errors import UsageError

Parameter = click.Parameter | None
Context = click.Context | None

if TYPE_CHECKING:
    _Type = click.ParamType[Any]
else:
    _Type = click.ParamType  # older releases of click have no type arguments

STDOUT: Final = Path("-")
"""What `-o` calls standard output."""


class Text(_Type):
    """Any text but an empty one: `--policy "$UNSET"` must not mean the default."""

    name = "text"

    def __init__(self, known: Callable[[], Iterable[str]] = tuple) -> None:
        self.known = known
        """Words to offer when a shell asks how to go on."""

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Any:  # noqa: ANN401 - click's
        """Give the text."""
        if not str(value).strip():
            hint = "give it a value, or leave it out"
            raise UsageError("is empty", where=name_of(param, ctx), hint=hint)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the known words, and files where there are none."""
        offered = [CompletionItem(word) for word in self.known() if word.startswith(incomplete)]
        return offered or [CompletionItem(incomplete, type="file")]


class File(Text):
    """A path; whether it is there is for its reader to find."""

    name = "path"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> Path:  # noqa: ANN401 - click's
        """Give the path."""
        return Path(super().convert(value, param, ctx))


class Words(Text):
    """One word, or several with commas between them."""

    name = "words"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, ...]:  # noqa: ANN401 - click's
        """Give the words; a part that is empty comes from a variable that was not set."""
        if isinstance(value, tuple):
            return value
        words = tuple(word.strip() for word in value.split(","))
        return tuple(super(Words, self).convert(word, param, ctx) for word in words)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the words that the list does not hold yet."""
        done, comma, last = incomplete.rpartition(",")
        fresh = [word for word in self.known() if word not in done.split(",")]
        return [CompletionItem(f"{done}{comma}{w}") for w in fresh if w.startswith(last)]


class OneOf(Text):
    """One word of a small set."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        super().__init__(lambda: self.words)

    def convert(self, value: Any, param: Parameter, ctx: Context) -> str:  # noqa: ANN401 - click's
        """Give the word."""
        return _among(self.words, super().convert(value, param, ctx), param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """List the words in the help."""
        return f"[{'|'.join(self.words)}]"


class SomeOf(Words):
    """Words of a small set, with commas between them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        super().__init__(lambda: self.words)

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, ...]:  # noqa: ANN401 - click's
        """Give the words."""
        said = super().convert(value, param, ctx)
        return tuple(_among(self.words, word, param, ctx) for word in said)


class Number(_Type):
    """A number within bounds."""

    name = "number"

    def __init__(self, read: Callable[[str], float], least: int, most: int | None = None) -> None:
        self.read = read
        self.least = least
        self.most = most

    def convert(self, value: Any, param: Parameter, ctx: Context) -> float:  # noqa: ANN401 - click's
        """Give the number."""
        try:
            number = self.read(value)
        except ValueError:
            number = None
        # "Not a number" is neither less than one nor more: only what is inside is let in.
        top = number if self.most is None else self.most
        if number is None or top is None or not self.least <= number <= top:
            raise UsageError(f"must be {self._wanted}", where=name_of(param, ctx))
        return number

    @property
    def _wanted(self) -> str:
        noun = "a whole number" if self.read is int else "a number"
        return f"{noun} from {self.least:,} " + (f"to {self.most:,}" if self.most else "upward")


def _among(words: tuple[str, ...], word: str, param: Parameter, ctx: Context) -> str:
    if word in words:
        return word
    what = f"unknown value{strict.typed(word, words)}"
    raise UsageError(what, where=name_of(param, ctx), hint=strict.suggestion(word, words))
