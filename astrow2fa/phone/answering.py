"""The commands that pair a phone and answer with it."""

from __future__ import annotations

import sys

import click

from astrow2fa.phone import identity as state
from astrow2fa.phone.calls import Clock
from astrow2fa.phone.client import Phone
from astrow2fa.phone.errors import Refused
from astrow2fa.phone.listening import Answerer, Listener, Manner, number_source
from astrow2fa.phone.options import Options, kept, secret, shared
from astrow2fa.phone.push_service import USUAL_PORT, allow
from astrow2fa.phone.request import Choice, Reason, Request
from astrow2fa.phone.sleeping import Sleeper
from astrow2fa.phone.words import request_facts, request_text

REASONS = click.Choice(["not_me", "changed_mind"])


@click.command()
@shared
@click.argument("link", required=False)
@click.option("--url", default="", help="The server's address, with a typed code.")
@click.option("--user", default="", help="The user's name, with a typed code or an invitation.")
@click.option("--code", default="", help="The typed code.")
@click.option(
    "--name", default="Terminal phone", show_default=True, help="How this phone is called in lists."
)
@click.option("--replace", is_flag=True, help="Forget the phone that the state file holds.")
@click.pass_obj
def pair(
    options: Options, link: str | None, url: str, user: str, code: str, name: str, replace: bool
) -> None:
    """Pair by a LINK, or by --url, --user and --code; the password is asked for (one line of standard input)."""
    if not link and not (url and user and code):
        raise click.UsageError("Give a link, or --url, --user and --code.")
    if options.state.exists() and not replace:
        raise click.UsageError(
            f"{options.state} holds a phone already. Say --state FILE, --replace, or unpair it."
        )
    password = secret("Password") if user else ""
    phone = Phone.pair(
        link,
        url=url,
        code=code,
        username=user,
        password=password,
        name=name,
        clock=Clock(options.wrong_clock),
    )
    who = phone.identity
    state.save(options.state, who)
    facts = {"url": who.url, "device_id": who.device_id, "username": who.username, "name": who.name}
    text = f"Paired: “{who.name}” is now a phone of {who.display_name} ({who.username}) at {who.url}."
    options.voice.say("paired", f"{text}\nKept in {options.state}. Next: listen", facts)


@click.command()
@shared
@click.option("--approve", "manner", flag_value="approve", help="OK to everything.")
@click.option("--deny", "manner", flag_value="deny", help="Cancel everything.")
@click.option("--ask", "manner", flag_value="ask", help="Ask for each (the default at a terminal).")
@click.option("--number", help="The number on the browser's screen.")
@click.option(
    "--number-from-stdin", is_flag=True, help="Read a line with the number for each request that needs one."
)
@click.option("--reason", type=REASONS, help="Say why, with a Cancel.")
@click.option("--once", is_flag=True, help="End when the first request is done with.")
@click.option("--timeout", type=float, help="With nothing for so many seconds: end, exit status 6.")
@click.option(
    "--push",
    is_flag=True,
    help="Sleep instead: be woken by pushes to a push service that it starts here. The server has to allow it: "
    f"ASTROW2FA_PUSH_HOSTS={allow(USUAL_PORT)}",
)
@click.option("--push-port", type=click.IntRange(0, 65535), default=USUAL_PORT, show_default=True)
@click.pass_obj
def listen(
    options: Options,
    manner: Manner | None,
    number: str | None,
    number_from_stdin: bool,
    reason: Reason | None,
    once: bool,
    timeout: float | None,
    push: bool,
    push_port: int,
) -> int:
    """Stay connected and show requests as they come; answer them as told."""
    manner = manner or ("ask" if sys.stdin.isatty() else "show")
    answerer = Answerer(manner, number_source(number, number_from_stdin), reason)
    with kept(options) as phone:
        listener = Listener(phone, answerer, options.voice, once, timeout)
        return Sleeper(phone, listener, options.voice, push_port).run() if push else listener.run()


@click.command("list")
@shared
@click.pass_obj
def list_(options: Options) -> None:
    """What waits for an answer."""
    with kept(options) as phone:
        requests = phone.confirmations()
        for request in requests:
            text = request_text(request, phone.clock.now())
            options.voice.say("confirmation", text, request_facts(request))
    if not requests and not options.json:
        click.echo("Nothing waits for an answer.")


@click.command()
@shared
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--number", help="The number on the browser's screen.")
@click.pass_obj
def approve(options: Options, id_: str | None, number: str | None) -> None:
    """OK to the sign-in ID; without ID, to the only one that waits."""
    with kept(options) as phone:
        request = _find(phone, id_)
        if request.number_required and number is None:
            number = number_source(None, from_stdin=False)(request)
        _decide(options, phone, request, "approve", number=number)


@click.command()
@shared
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--reason", type=REASONS, help="Say why.")
@click.pass_obj
def deny(options: Options, id_: str | None, reason: Reason | None) -> None:
    """Cancel the sign-in ID; without ID, the only one that waits."""
    with kept(options) as phone:
        _decide(options, phone, _find(phone, id_), "deny", reason=reason)


def _find(phone: Phone, id_: str | None) -> Request:
    found = [request for request in phone.confirmations() if id_ is None or request.id == id_]
    if id_ is None and len(found) > 1:
        raise click.UsageError("More than one waits for an answer. Say which ID (see: list).")
    if not found:
        raise Refused("unknown_confirmation")
    return found[0]


def _decide(
    options: Options,
    phone: Phone,
    request: Request,
    choice: Choice,
    *,
    number: str | None = None,
    reason: Reason | None = None,
) -> None:
    settled = phone.decide(request, choice, number=number, reason=reason)
    facts = {"id": request.id, "decision": choice, "state": settled}
    options.voice.say("answered", f"{choice}: {settled}", facts)
