"""House rules of the source that linters have no words for."""

from __future__ import annotations

import ast
import sys

from tests.rules.tree import PACKAGE, ROOT, files, imports, parsed, product, shown

LONGEST = 300
LOOPS = {"eventlet", "gevent", "geventwebsocket"}


def test_event_loops_are_imported_only_in_runtime() -> None:
    named = [
        f"{shown(path)}:{line}"
        for path in product()
        for module, line in imports(parsed(path))
        if module.partition(".")[0] in LOOPS and PACKAGE / "runtime" not in path.parents
    ]

    assert named == []


def test_the_default_loop_is_named_only_in_runtime_and_config() -> None:
    named = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if "eventlet" in path.read_text("utf-8").lower()
    }

    assert named == {"runtime", "config"}


def test_nothing_of_ours_is_imported_late() -> None:
    late = [
        f"{shown(path)}:{line}"
        for path in files(".py")
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for module, line in imports(function)
        if module.partition(".")[0] in ("astrow2fa", "server")
    ]

    assert late == []


def test_core_imports_the_standard_library_and_itself() -> None:
    foreign = [
        f"{shown(path)}:{line}: {module}"
        for path in sorted((PACKAGE / "core").rglob("*.py"))
        for module, line in imports(parsed(path))
        if module.partition(".")[0] not in sys.stdlib_module_names and not module.startswith("astrow2fa.core")
    ]

    assert foreign == []


def test_importing_the_package_loads_nothing() -> None:
    body = parsed(PACKAGE / "__init__.py").body

    assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)


def test_every_source_file_is_short() -> None:
    lengths = {
        shown(path): len(path.read_text("utf-8").splitlines())
        for path in files(".py", ".js", ".css", ".html")
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_rules_see_the_source() -> None:
    seen = {shown(path) for path in files(".py", ".js", ".css", ".html")}

    assert {"server.py", "astrow2fa/config/values.py", "static/css/base.css", "templates/base.html"} <= seen
    assert (ROOT / "static" / "vendor" / "pico.min.css").is_file()
    assert not any(name.startswith("static/vendor/") for name in seen)
