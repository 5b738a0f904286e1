"""The command line: one command, one file; results on stdout, everything else on stderr."""

import os
import sys
from pathlib import Path
from typing import Final, NoReturn

import click

from drawgate import __version__
from drawgate.cli import streams
from drawgate.cli.voice import Voice, printable
from drawgate.core.errors import DrawgateError, ExitCode, StoppedError, UsageError

__all__ = ["COMMANDS", "group", "main", "printable"]

COMMANDS: Final = {
    # Everyday verbs first; each line of help stands here so that `--help` imports nothing.
    "Everyday": {
        "scan": "Run the scanners on a target and judge what they find.",
        "plan": "Show what a scan would run, and why not the rest.",
        "gate": "Judge a SARIF log with a policy pack.",
        "report": "Render a SARIF log in another format.",
        "advisories": "Import or load advisory data; show its age.",
        "tools": "Show the scanners' programs, and what is wrong with them.",
    },
    "Setting up": {
        "init": "Write a configuration and a CI job; shows them and asks.",
        "config": "Show each setting and where it comes from.",
        "policy": "Check, test and show policy packs.",
    },
    "Living with findings": {
        "waive": "Waive a finding for a reason and a time.",
        "waivers": "Tell which waivers hold, end soon, or match nothing.",
    },
    "Logs": {
        "diff": "Tell what is new, known and gone between two logs.",
        "fix": "Print the lowest upgrades that close findings, as a patch.",
        "explain": "Tell what is known about a finding, or why a rule fails.",
        "merge": "Merge SARIF logs into one.",
        "validate": "Check SARIF logs against the standard.",
    },
}


_EPILOG: Final = (
    "Exit codes: 0 passed, 1 the gate failed, 2 usage or configuration, "
    "3 incomplete (something did not run), 4 internal error.\n\n"
    "To complete words with the tab key, put this into your ~/.bashrc (zsh_source and "
    "fish_source are for other shells):\n\n"
    "\b\n"
    'eval "$(_DRAWGATE_COMPLETE=bash_source drawgate)"'
)


class _Commands(click.Group):
    """Imports a command's module only when it is called, to keep `--help` instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for section in COMMANDS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        from importlib import import_module  # noqa: PLC0415 - only one command is imported

        command = import_module(f"drawgate.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - narrows the type
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, section in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl(list(section.items()))


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG
)
@click.version_option(__version__, prog_name="drawgate", help="Print the version.")
def group() -> None:
    """Run the scanners you trust, get one verdict you can trust."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code; the one exit of the program."""
    voice = Voice()
    streams.open_closed()
    try:
        _refuse_windows()
        code = group.main(standalone_mode=False, obj=voice)
    except (DrawgateError, StoppedError) as error:
        code = _complain(error, voice)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = ExitCode.USAGE
    except click.ClickException as error:
        code = _refuse(error, voice)
    except (click.Abort, KeyboardInterrupt):
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        code = _reader_left()
    except SystemExit:
        if "_DRAWGATE_COMPLETE" in os.environ:  # click answers a shell's question this way
            raise
        code = _reader_left()  # what click makes of a broken pipe
    except Exception as error:  # noqa: BLE001 - the second border: whatever is left is our fault
        known = streams.stdout_error(error) or _nowhere(error)
        code = _complain(known, voice) if known else _confess()
    sys.exit(int(code or 0))


def _refuse_windows() -> None:
    if sys.platform == "win32":
        hint = "run it in WSL or in a container"
        raise UsageError("Windows has no way to fence in a scanner that we trust", hint=hint)


def _nowhere(error: Exception) -> UsageError | None:
    """Tell that we were started in a directory that is gone: relative paths lead nowhere."""
    if not isinstance(error, FileNotFoundError):
        return None
    try:
        Path.cwd()
    except FileNotFoundError:
        return UsageError("the directory you are in is gone", hint="go to one that exists")
    return None


def _complain(error: DrawgateError | StoppedError, voice: Voice) -> ExitCode:
    voice.complain(error)
    return error.exit_code


def _refuse(error: click.ClickException, voice: Voice) -> ExitCode:
    from drawgate.cli.usage import explained  # noqa: PLC0415 - only when something is wrong

    return _complain(explained(error), voice)


def _reader_left() -> ExitCode:
    """Whoever read our output has closed it (`| head`); shells call that 141."""
    streams.silence_stdout()
    return ExitCode.READER_LEFT


def _confess() -> ExitCode:
    import traceback  # noqa: PLC0415 - only when something is broken

    from drawgate.triage.redact import mask_text  # noqa: PLC0415 - as above

    click.echo(printable(mask_text(traceback.format_exc()), keep="\n"), err=True)
    click.echo("drawgate: internal error; this is a fault of ours, please report it", err=True)
    return ExitCode.INTERNAL
