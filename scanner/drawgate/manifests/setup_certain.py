"""Whether a setup.py is sure to call `setup`: a call that never runs says nothing."""

import ast
from collections.abc import Collection, Iterable


def surely_calls(tree: ast.Module, calls: Iterable[ast.Call]) -> bool:
    """Tell whether at least one of the calls stands where nothing decides if it runs.

    A function counts when its name is mentioned, an `if` when both of its branches call
    `setup`, or when it only asks whether the file is run as a program.
    """
    wanted = frozenset(map(id, calls))
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return _any(tree.body, wanted, named)


def _any(body: Iterable[ast.stmt], wanted: Collection[int], named: Collection[str]) -> bool:
    return any(_certain(statement, wanted, named) for statement in body)


def _certain(node: ast.stmt, wanted: Collection[int], named: Collection[str]) -> bool:
    match node:
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.Return(value=value):
            return id(value) in wanted
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name in named and _any(node.body, wanted, named)
        case ast.With() | ast.Try():
            return _any(node.body, wanted, named)
        case ast.If(body=body, orelse=orelse):
            alone = _asks_for_main(node.test) or _any(orelse, wanted, named)
            return alone and _any(body, wanted, named)
    return False


def _asks_for_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()]):
            return True
    return False
