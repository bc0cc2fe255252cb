"""The commands as a person or a script runs them."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from astrow2fa.phone.cli import main
from tests.phone.standin import CODE, Standin

ROOT = Path(__file__).parents[2]


class Terminal:
    """Runs commands with one state file. Standard input is never a terminal here."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """In a process of its own, to be looked at while it runs."""
        command = [sys.executable, "-m", "astrow2fa.phone", *arguments, "--state", str(self.state)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        """Exit status, standard output, standard error; in this process, which saves half a second each."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(typed))
            status = main([*arguments, "--state", str(self.state)])
        return status, out.getvalue(), err.getvalue()


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "phone.json")


@pytest.fixture
def paired(server: Standin, terminal: Terminal) -> Terminal:
    assert terminal.run("pair", server.link)[0] == 0
    return terminal


def events(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_pairing_leaves_a_file_that_only_its_owner_can_read(server: Standin, terminal: Terminal) -> None:
    status, out, err = terminal.run("pair", server.link, "--name", "Ada’s phone")
    assert (status, err) == (0, "")
    assert "“Ada’s phone” is now a phone of Ada (ada)" in out
    assert terminal.state.stat().st_mode & 0o777 == 0o600
    terminal.state.chmod(0o644)
    status, _, err = terminal.run("list")
    assert status == 3
    assert "can be read by others" in err


def test_pairing_with_a_typed_code_reads_the_password_from_standard_input(
    server: Standin, terminal: Terminal
) -> None:
    arguments = ("pair", "--url", server.url, "--user", "ada", "--code", CODE)
    assert terminal.run(*arguments, typed="pass word \n")[0] == 0
    assert server.phones["phone-1"]["password"] == "pass word "


def test_a_paired_phone_is_not_forgotten_by_mistake(server: Standin, paired: Terminal) -> None:
    before = paired.state.read_text()
    status, _, err = paired.run("pair", server.link)
    assert status == 2
    assert "holds a phone already" in err
    assert paired.state.read_text() == before
    assert paired.run("pair", server.link, "--replace")[0] == 0
    assert paired.state.read_text() != before


def test_pairing_by_nothing_is_wrong_use(terminal: Terminal) -> None:
    status, _, err = terminal.run("pair")
    assert status == 2
    assert "Give a link" in err


def test_a_refusal_has_its_code(server: Standin, terminal: Terminal) -> None:
    status, out, _ = terminal.run("pair", server.link.replace(CODE, "x"), "--json")
    assert status == 1
    assert events(out)[0]["code"] == "bad_code"
    assert not terminal.state.exists()


def test_without_pairing_it_says_what_to_do(terminal: Terminal) -> None:
    status, _, err = terminal.run("me")
    assert status == 3
    assert "Begin with: pair" in err


def test_listen_approves_what_comes(server: Standin, paired: Terminal) -> None:
    server.ask()
    status, out, _ = paired.run("listen", "--approve", "--once")
    assert status == 0
    assert "Sign in to Astrow Web as ada?" in out
    assert "203.0.113.7 (Wien)" in out
    assert "Firefox 142 on Windows, NOT known" in out
    assert "approve: approved" in out
    assert server.decisions[-1]["decision"] == "approve"


def test_listen_hears_of_a_request_while_it_is_connected(server: Standin, paired: Terminal) -> None:
    with paired.start("listen", "--deny", "--reason", "not_me", "--once", "--json") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "connected"
        server.ask()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [event["event"] for event in events(out)] == ["confirmation", "answered"]
    assert events(out)[1]["state"] == "denied"
    assert server.decisions[-1]["reason"] == "not_me"


def test_listen_takes_the_number_from_standard_input(server: Standin, paired: Terminal) -> None:
    server.ask(number="482913")
    assert paired.run("listen", "--approve", "--once", "--number-from-stdin", typed="482913\n")[0] == 0
    assert server.decisions[-1]["number"] == "482913"


def test_a_wrong_number_ends_it_with_a_refusal(server: Standin, paired: Terminal) -> None:
    server.ask(number="482913")
    status, out, _ = paired.run("listen", "--approve", "--once", "--number", "000000")
    assert status == 1
    assert "The number was wrong" in out


def test_an_approve_without_a_needed_number_is_not_sent(server: Standin, paired: Terminal) -> None:
    server.ask(number="482913")
    assert paired.run("listen", "--approve", "--once", "--timeout", "0.5")[0] == 6
    assert server.decisions == []


def test_listen_shows_without_answering_when_nobody_is_at_the_terminal(
    server: Standin, paired: Terminal
) -> None:
    server.ask()
    status, out, _ = paired.run("listen", "--once", "--json")
    assert status == 0
    assert events(out)[-1]["id"] == "request-1"
    assert server.decisions == []


def test_listen_asks(server: Standin, paired: Terminal) -> None:
    server.ask()
    status, out, _ = paired.run("listen", "--ask", "--once", typed="o\n")
    assert status == 0
    assert "approve: approved" in out


def test_a_request_that_is_not_to_be_trusted_is_not_shown(server: Standin, paired: Terminal) -> None:
    server.ask(key=server.signatures.new_key())
    status, out, _ = paired.run("listen", "--approve", "--once", "--timeout", "4", "--json")
    assert status == 6
    assert [event.get("code") for event in events(out)] == [None, "untrusted", "timeout"]


def test_what_was_closed_elsewhere_is_told(server: Standin, paired: Terminal) -> None:
    server.ask(number="482913")
    with paired.start("listen", "--approve", "--once", "--json") as process:
        assert process.stdout is not None
        assert [json.loads(process.stdout.readline())["event"] for _ in range(2)] == [
            "connected",
            "confirmation",
        ]
        server.close("request-1", "denied")
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert events(out) == [{"event": "closed", "id": "request-1", "state": "denied"}]


def test_silence_is_said_plainly(server: Standin, paired: Terminal) -> None:
    with paired.start("listen", "--approve", "--once") as process:
        assert process.stdout is not None
        process.stdout.readline()
        server.silence(1_790_001_800)
        assert "Somebody has your password" in process.stdout.readline()
        server.silence(None)
        assert "Silence is over" in process.stdout.readline()
        server.ask()
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_another_phone_that_was_paired_is_said_in_one_line(server: Standin, paired: Terminal) -> None:
    burner = {"id": "phone-2", "name": "Bur\x1bner", "platform": "Android", "paired_at": 1_790_000_000}
    with paired.start("listen", "--approve", "--once") as process:
        assert process.stdout is not None
        process.stdout.readline()
        server.add_phone(**burner)
        said = process.stdout.readline()
        assert said.startswith("A phone was added to your account: “Bur ner” (Android), 2026-09-2")
        assert "somebody knows your password" in said
        server.ask()
        assert process.stdout.readline().startswith("Sign in to")
        process.communicate(timeout=30)


def test_to_scripts_it_is_an_event(server: Standin, paired: Terminal) -> None:
    burner = {"id": "phone-2", "name": "Burner", "platform": "Android", "paired_at": 1_790_000_000}
    with paired.start("listen", "--approve", "--once", "--json") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "connected"
        server.add_phone(**burner)
        assert json.loads(process.stdout.readline()) == {"event": "phone_paired", **burner}
        server.ask()
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_when_the_socket_breaks_the_answer_goes_over_http(server: Standin, paired: Terminal) -> None:
    server.silent = True
    server.ask()
    status, out, _ = paired.run("listen", "--approve", "--once")
    assert status == 0
    assert "approve: approved" in out


def test_after_a_broken_connection_it_comes_back(server: Standin, paired: Terminal) -> None:
    with paired.start("listen", "--approve", "--once", "--json") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "connected"
        server.disconnect_all()
        assert json.loads(process.stdout.readline())["event"] == "disconnected"
        server.ask()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [event["event"] for event in events(out)] == ["connected", "confirmation", "answered"]


def test_a_phone_that_was_removed_says_so(server: Standin, paired: Terminal) -> None:
    server.refuse = "device_revoked"
    for command in (("listen", "--approve"), ("me",)):
        status, _, err = paired.run(*command)
        assert status == 1
        assert "Pair it again" in err


def test_list_approve_and_deny(server: Standin, paired: Terminal) -> None:
    assert "Nothing waits" in paired.run("list")[1]
    server.ask("one", number="123456")
    server.ask("two")
    assert [event["id"] for event in events(paired.run("--json", "list")[1])] == ["one", "two"]
    assert paired.run("approve")[0] == 2, "which one?"
    assert paired.run("approve", "one", "--number", "123456")[0] == 0
    assert paired.run("deny", "two", "--reason", "changed_mind")[0] == 0
    assert [decision["decision"] for decision in server.decisions] == ["approve", "deny"]
    assert paired.run("approve", "three")[0] == 1


def test_the_account_s_commands(server: Standin, paired: Terminal) -> None:
    assert "(ada)" in paired.run("me")[1]
    assert paired.run("not-me", "sign-in")[0] == 0
    assert paired.run("not-me", "s", "--of", "session")[0] == 0
    assert paired.run("password", typed="old one\nnew one\n")[0] == 0
    assert paired.run("remove", "phone", "p", typed="pw\n")[0] == 0
    assert paired.run("remove", "session", "s")[0] == 0
    assert paired.run("remove", "browser", "b")[0] == 0
    for arguments in (("clock", "--wrong-clock", "-1000"), ("--wrong-clock", "-1000", "clock")):
        assert re.search(r"clock is corrected by \+(99[5-9]|1000)\.\d s", paired.run(*arguments)[1])
    assert paired.run("unpair")[0] == 0
    assert not paired.state.exists()
    assert [call for call in server.calls if call[0] != "GET"] == [
        ("POST", "sign-ins/sign-in/not-me", None),
        ("POST", "sessions/s/not-me", None),
        ("POST", "password", {"current_password": "old one", "new_password": "new one"}),
        ("DELETE", "phones/p", {"current_password": "pw"}),
        ("DELETE", "sessions/s", None),
        ("DELETE", "browsers/b", None),
        ("DELETE", "device", None),
    ]


def test_texts_of_others_cannot_steer_the_terminal(server: Standin, paired: Terminal) -> None:
    server.ask(app="Astrow\x1b[2J\u202eWeb")
    out = paired.run("list")[1]
    assert "\x1b" not in out
    assert "\u202e" not in out
