"""A new machine gets the same set of packages, by commands that say what they are."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules.tree import ROOT

SETS = ("requirements.txt", "requirements-scale.txt", "requirements-docs.txt", "requirements-checks.txt")


def lines(name: str) -> Iterator[str]:
    """The lines of a requirements file and of those it builds on, without comments."""
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line.startswith("-r "):
            yield from lines(line.removeprefix("-r ").strip())
        elif line.strip() and not line.startswith("#"):
            yield line


def pins(name: str) -> dict[str, str]:
    """Package → version, of those that this machine's Python needs."""
    wanted = [Requirement(line) for line in lines(name)]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in wanted
        if one.marker is None or one.marker.evaluate()
    }


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_is_pinned_to_one_version(name: str) -> None:
    pinned = re.compile(r"[A-Za-z0-9._-]+(\[[a-z]+\])?==[0-9][0-9a-z.]*( ; .+)?")

    assert [line for line in lines(name) if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("name", SETS)
def test_what_a_pinned_package_needs_is_pinned_too(name: str) -> None:
    pinned = pins(name)
    needed = {
        canonicalize_name(need.name)
        for package in pinned
        for need in map(Requirement, distribution(package).requires or ())
        if need.marker is None or need.marker.evaluate({"extra": ""})
    }

    assert needed - set(pinned) == set()


def test_what_is_installed_is_what_is_pinned() -> None:
    wanted = pins(SETS[-1])

    assert {package: distribution(package).version for package in wanted} == wanted


def test_what_browsers_load_is_pinned_and_comes_from_no_particular_registry() -> None:
    package_json = json.loads((ROOT / "package.json").read_text("utf-8"))
    wanted = package_json["dependencies"] | package_json["devDependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    packages = {name: package for name, package in lock.items() if name}

    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    addresses = [package["resolved"] for package in packages.values() if "resolved" in package]
    assert [address for address in addresses if not address.startswith("https://registry.npmjs.org/")] == []


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE))
    declared = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)

    printed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert {line.split()[1] for line in printed.splitlines()} == targets
    assert declared is not None
    assert set(declared[1].split()) == targets


def test_the_gate_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
