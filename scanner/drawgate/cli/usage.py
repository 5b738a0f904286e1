"""Says what is wrong with a command line in our own voice; repeats nothing that may be secret."""

import difflib
from collections.abc import Iterable
from typing import Final

import click

from drawgate import strict
from drawgate.core.errors import UsageError

_NEAR: Final = 0.75


def explained(error: click.ClickException) -> UsageError:
    """Turn what click found into one of our errors, with what to do next."""
    if isinstance(error, click.BadOptionUsage):
        what = "takes no value" if "not take" in error.message else "needs a value"
        return UsageError(what, where=error.option_name)
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return UsageError(strict.unquoted(error.format_message()))
    return _in_context(error, error.ctx)


def _in_context(error: click.UsageError, ctx: click.Context) -> UsageError:
    match error:
        case click.NoSuchOption():
            what, hint = _unknown_option(error.option_name, ctx)
        case click.MissingParameter():
            what, hint = "is missing", _how(ctx)
            return UsageError(what, where=name_of(error.param, ctx), hint=hint)
        case click.BadParameter():
            what, hint = _lowered(strict.unquoted(error.message)), _help(ctx)
            return UsageError(what, where=name_of(error.param, ctx), hint=hint)
        case _ if isinstance(ctx.command, click.Group):
            word = getattr(error, "command_name", "")  # click 8.4 and newer say which
            what, hint = _unknown_command(word, ctx.command.list_commands(ctx))
        case _:
            what, hint = "there are more words than the command takes", _how(ctx)
    return UsageError(what, hint=hint)


def name_of(param: click.Parameter | None, ctx: click.Context | None) -> str:
    """Name an option as people write it (`--only`), an argument as the help does (`LOG`)."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    if param is None:
        return ""
    return (param.make_metavar(ctx) if ctx else param.human_readable_name).strip("[].…")


def _unknown_option(word: str, ctx: click.Context) -> tuple[str, str]:
    params = ctx.command.get_params(ctx)
    near = difflib.get_close_matches(
        word, [opt for param in params for opt in param.opts], 1, _NEAR
    )
    return f"unknown option{strict.typed(word, ())}", f"did you mean {near[0]}?" if near else _help(
        ctx
    )


def _unknown_command(word: str, known: Iterable[str]) -> tuple[str, str]:
    words = tuple(known)
    return f"unknown command{strict.typed(word, words)}", strict.suggestion(word, words)


def _how(ctx: click.Context) -> str:
    params = ctx.command.get_params(ctx)
    needed = [
        f"{min(param.opts, key=len)} {param.make_metavar(ctx)}"
        for param in params
        if isinstance(param, click.Option) and param.required
    ]
    words = " ".join((*ctx.command.collect_usage_pieces(ctx), *needed))
    return f"write it like `{ctx.command_path} {words}`"


def _help(ctx: click.Context) -> str:
    return f"see `{ctx.command_path} --help`"


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")
