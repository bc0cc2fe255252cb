"""An operator at a terminal: types a command, reads what it prints, looks at its exit status."""

from __future__ import annotations

import json
import shlex
from typing import Any

from click.testing import Result

from tests.support.house import House
from tests.support.unchanged import nothing_changes


class Operator:
    """Types `flask --app server …` in the process of a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._runner = house.app.test_cli_runner()

    def types(self, line: str, stdin: str | bytes = "") -> Result:
        """The line as in a shell, without `flask --app server`."""
        result = self._runner.invoke(args=shlex.split(line), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def does(self, line: str, stdin: str | bytes = "") -> list[str]:
        """A command that works; the lines that it prints."""
        result = self.types(line, stdin)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout.splitlines()

    def reads(self, line: str) -> Any:
        """A listing for programs."""
        return json.loads("\n".join(self.does(f"{line} --json")))

    def is_refused(self, line: str, stdin: str | bytes = "") -> str:
        """A command that changes nothing, records nothing and ends with 1 and one line: its reason."""
        recorded = self.house.log()
        with nothing_changes(self.house):
            result = self.types(line, stdin)
        assert self.house.log() == recorded
        assert result.exit_code == 1, result.output
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        return result.stderr.removeprefix("Error: ").strip()

    def is_wrong(self, line: str) -> str:
        """A command that was written wrongly: nothing changes, and it ends with 2 and one line: what was wrong."""
        recorded = self.house.log()
        with nothing_changes(self.house):
            result = self.types(line)
        assert self.house.log() == recorded
        assert result.exit_code == 2, result.output
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        return result.stderr
