"""The contracts about imports have teeth: each is kept by a clean tree and broken by an import that it forbids."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.rules.tree import ROOT

PACKAGES = ("app", "config", "core", "ports", "services", "store", "adapters", "runtime", "phone", "web")
MODULES = ("commands", "web/login", "web/mobile", "web/account", "web/admin")
FORBIDDEN = {
    "Rings": ("services/bad.py", "import astrow2fa.web.login"),
    "Audiences": ("web/mobile.py", "import astrow2fa.web.login"),
    "Web reaches": ("web/account.py", "import astrow2fa.store"),
    "Runtime is for": ("core/bad.py", "import astrow2fa.runtime"),
    "Config knows": ("config/bad.py", "import astrow2fa.core"),
    "The phone simulator": ("phone/bad.py", "import astrow2fa.services"),
    "Core is pure": ("core/late.py", "def late() -> None:\n    import secrets"),
    "Flask only": ("store/bad.py", "from flask import request"),
    "SQLAlchemy only": ("web/login.py", "from sqlalchemy import select"),
    "Cryptography only": ("phone/keys.py", "from cryptography import x509"),
    "Signatures only": ("web/bad.py", "from joserfc import jws"),
    "Event loops only": ("adapters/bad.py", "import threading"),
}


def verdicts(root: Path) -> dict[str, str]:
    """Contract → KEPT or BROKEN, as import-linter finds the tree under `root`."""
    (root / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    program = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [program, "--no-cache"],
        cwd=root,
        env={"COLUMNS": "200"},  # names of contracts are not to be broken over lines
        capture_output=True,
        text=True,
        check=False,
    )
    return {name.strip(): word for name, word in re.findall(r"^(.+) (KEPT|BROKEN)", run.stdout, re.MULTILINE)}


def tree(root: Path) -> Path:
    """An empty package with the rings of ours."""
    for name in ("", *PACKAGES):
        (root / "astrow2fa" / name).mkdir(parents=True)
        (root / "astrow2fa" / name / "__init__.py").touch()
    for name in MODULES:
        (root / "astrow2fa" / f"{name}.py").touch()
    return root / "astrow2fa"


def test_a_tree_without_imports_keeps_every_contract(tmp_path: Path) -> None:
    tree(tmp_path)

    kept = verdicts(tmp_path)

    assert len(kept) == len(FORBIDDEN)
    assert set(kept.values()) == {"KEPT"}


def test_each_contract_is_broken_by_what_it_forbids(tmp_path: Path) -> None:
    package = tree(tmp_path)
    for file, line in FORBIDDEN.values():
        (package / file).write_text(line + "\n")

    broken = verdicts(tmp_path)

    assert set(broken.values()) == {"BROKEN"}
    assert all(any(name.startswith(start) for name in broken) for start in FORBIDDEN)
