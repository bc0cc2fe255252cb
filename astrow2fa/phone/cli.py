"""python -m astrow2fa.phone: its commands, and what their exit status means."""

from __future__ import annotations

import click

from astrow2fa.phone import account, answering
from astrow2fa.phone.errors import BadLink, NotPaired, PhoneError, Refused, Unreachable, Untrusted
from astrow2fa.phone.options import Options, shared

EXIT = {Refused: 1, BadLink: 2, NotPaired: 3, Unreachable: 4, Untrusted: 5}
INTERRUPTED = 130
EPILOG = """Exit status: 0 done, 1 refused by the server, 2 wrong use, 3 not paired, 4 server not reached,
5 an answer that is not to be trusted, 6 nothing came in time (listen --timeout)."""


@click.group(epilog=EPILOG)
@shared
def commands() -> None:
    """A phone for the terminal: pair it, then let it answer sign-ins."""


for command in (
    answering.pair, answering.listen, answering.list_, answering.approve, answering.deny,
    account.me, account.not_me, account.password, account.remove, account.unpair, account.clock_,
):  # fmt: skip
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; the exit status of EPILOG."""
    options = Options()
    try:
        return int(
            commands.main(arguments, prog_name="astrow2fa.phone", standalone_mode=False, obj=options) or 0
        )
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except PhoneError as problem:
        options.voice.problem(str(problem), _problem_facts(problem))
        return next(status for kind, status in EXIT.items() if isinstance(problem, kind))


def _problem_facts(problem: PhoneError) -> dict[str, object]:
    if not isinstance(problem, Refused):
        return {"code": type(problem).__name__.lower()}
    more = {"reasons": problem.reasons, "retry_after": problem.retry_after}
    return {"code": problem.code} | {name: value for name, value in more.items() if value is not None}
