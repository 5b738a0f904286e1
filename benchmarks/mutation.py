"""Break the policy engine in many small ways, and count the breaks that its tests notice.

Run it with `nox -s mutation -- [NUMBER [MODULE…]]`, or `python benchmarks/mutation.py` where
cosmic-ray is installed. It works on a copy. NUMBER mutants (default: 100) are drawn, always
the same of the same code; 0 tries all, which takes hours. Left out is what changes nothing:
annotations, the flags of dataclasses, `is` against `==` of words that are one of a kind.
"""

import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_item import MutationSpec, TestOutcome

ROOT = Path(__file__).resolve().parents[1]
POLICY, READERS = "scanner/drawgate/policy", "scanner/drawgate/readers"
LEFT_OUT = ("BitOr", "_Mul_", "_Is_", "_IsNot_", "_Eq_Is", "_NotEq_IsNot", "RemoveDecorator")
NEVER = ("schema.py", "__init__.py")
BOUND = 0.95
NEAR = {
    "about_": "more_conditions cel trial",
    "alike": "tally said gate",
    "agreement": "trial",
    "cel": "cel",
    "condition": "conditions more_conditions tally",
    "explain": "trial",
    "layers": "layers",
    "lint": "trial",
    "process": "process",
    "show": "trial",
    "since": "since cel",
    "sla": "more_conditions pack",
    "tally": "tally said gate",
    "trial": "trial",
    "variables": "cel docs",
    "when": "cel",
}
"""Which tests are tried first, by the beginning of a module's name; what survives meets all."""


def main(number: int, modules: list[str]) -> int:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", "__pycache__"))
        every = sorted(_mutants(copy), key=str)
        mutants = [each for each in every if not modules or each.module_path.stem in modules]
        print(f"{len(mutants):,} mutants")
        random.seed(5)
        drawn = random.sample(mutants, min(number, len(mutants)) or len(mutants))
        survived = 0
        for done, mutant in enumerate(drawn, 1):
            if _survives(mutant, copy):
                survived += 1
                where = f"{mutant.module_path.relative_to(copy)}:{mutant.start_pos[0]}"
                print(f"survived: {where} {mutant.operator_name}", flush=True)
            if done % 10 == 0:
                print(f"{done - survived} of {done} noticed", flush=True)
    print(f"{len(drawn) - survived} of {len(drawn)} noticed (>= {BOUND:.0%})")
    return int(survived > len(drawn) * (1 - BOUND))


def _mutants(copy: Path) -> Iterator[MutationSpec]:
    modules = [*(copy / POLICY).glob("*.py"), *(copy / READERS).glob("*.py")]
    chosen = sorted(str(path) for path in modules if path.name not in NEVER)
    session, config = copy.parent / "session.sqlite", copy.parent / "config.toml"
    config.write_text(
        f"[cosmic-ray]\nmodule-path = {chosen}\ntimeout = 60\nexcluded-modules = []\n"
        'test-command = ""\n[cosmic-ray.distributor]\nname = "local"\n'
    )
    tool = Path(sys.executable).with_name("cosmic-ray")
    subprocess.run([tool, "init", config, session], check=True, cwd=copy)
    rows = sqlite3.connect(session).execute(
        "select module_path, operator_name, occurrence, start_pos_row, start_pos_col, end_pos_row, "
        "end_pos_col from mutation_specs"
    )
    lines = {path: Path(path).read_text().splitlines() for path in chosen}
    for path, operator, occurrence, row, column, last_row, last_column in rows:
        annotation = lines[path][row - 1].startswith("@dataclass")
        if annotation or any(word in operator for word in LEFT_OUT):
            continue
        yield MutationSpec(Path(path), operator, occurrence, (row, column), (last_row, last_column))


def _survives(mutant: MutationSpec, copy: Path) -> bool:
    first = _tests(mutant.module_path)
    every = ["tests/unit/policy", "tests/unit/readers"]
    return all(
        _passes(mutant, tests, copy) for tests in ([first] if first == every else [first, every])
    )


def _tests(module: Path) -> list[str]:
    if module.parent.name == "readers":
        return ["tests/unit/readers"]
    near = next(
        (words for start, words in NEAR.items() if module.name.startswith(start)), "gate pack"
    )
    return [f"tests/unit/policy/test_{word}.py" for word in near.split()]


def _passes(mutant: MutationSpec, tests: list[str], copy: Path) -> bool:
    words = f"{sys.executable} -m pytest -x -q -p no:randomly -p no:cacheprovider"
    command = (
        f"env PYTHONPATH={copy}/scanner PYTHONDONTWRITEBYTECODE=1 "
        f"sh -c 'cd {copy} && {words} {' '.join(tests)}'"
    )
    return mutate_and_test([mutant], command, 120).test_outcome is TestOutcome.SURVIVED


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:]))
