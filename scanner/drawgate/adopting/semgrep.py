"""Semgrep: `.semgrepignore`, patterns of paths that are left out."""

from typing import Final

from drawgate.adopting.entry import Document, Entry, Found, Match, Source, named


def _read(document: Document) -> Found:
    for number, line in document.numbered():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith(":"):
            yield document.left_out(number, "names another file; what git ignores is no target")
        elif bare.startswith("!"):
            yield document.left_out(number, "takes back an exclusion, which no pattern of ours can")
        else:
            yield Entry(
                tool="semgrep",
                file=document.path,
                line=number,
                match=Match(path=bare.partition(" #")[0].strip()),
                reason=document.comment(number),
            )


SOURCE: Final = Source(tool="semgrep", fits=named(".semgrepignore"), read=_read)
