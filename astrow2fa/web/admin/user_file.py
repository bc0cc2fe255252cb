"""System – Users – Import: a file is read, looked at in pieces (the dry run), and imported as a whole or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from astrow2fa import runtime
from astrow2fa.core.permissions import Permission
from astrow2fa.core.user_csv import COLUMNS, LARGEST_BYTES, MOST_ROWS, Unreadable, read
from astrow2fa.services import roles, user_import
from astrow2fa.services.helping import Refused, Why
from astrow2fa.services.user_import import Imported
from astrow2fa.web import session
from astrow2fa.web.admin import people_words as words
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.admin.people_forms import USERS, status_of
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import ask_first, signed_in

IMPORT = f"{USERS}/import"
_AROUND_THE_FILE = 16 * 1024
_HELD_AT_A_TIME = 512 * 1024


@blueprint.url_value_preprocessor
def _larger_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A file of users may be larger than any other body, from those who may import it."""
    if endpoint != "admin.read_file" or request.method != "POST":
        return
    held = session.held()
    if held is not None and held.signed_in and Permission.EDIT_USERS in held.account.permissions:
        request.max_content_length = LARGEST_BYTES + _AROUND_THE_FILE
        # Also bounds what the parser holds of a file at a time, which is a little more than it reads at once.
        request.max_form_memory_size = _HELD_AT_A_TIME


@blueprint.get(IMPORT)
def choose_file() -> ResponseReturnValue:
    held = signed_in()
    first = ask_first(held, IMPORT)
    return first if first is not None else _choose_page()


def _choose_page(error: str | None = None) -> str:
    return render_template(
        "admin/users/import.html",
        columns=COLUMNS,
        most=MOST_ROWS,
        roles=[role.name for role in roles.all_roles(parts())],
        permissions=[permission.value for permission in Permission],
        error=error,
    )


@blueprint.post(IMPORT)
def read_file() -> ResponseReturnValue:
    held = signed_in()
    first = ask_first(held, IMPORT)
    if first is not None:
        return first
    file = request.files.get("file")
    data = file.stream.read(LARGEST_BYTES + 1) if file is not None else b""
    if not data:
        return _choose_page(words.no_file()), 422
    try:
        rows = runtime.offload(read, data)
    except Unreadable as wrong:
        return _choose_page(words.unreadable(wrong.code, wrong.column)), 422
    begun = user_import.begin(parts(), held.account.id, rows)
    if isinstance(begun, Refused):
        return _choose_page(words.why(begun)), status_of(begun)
    return redirect(f"{IMPORT}/{begun}", 303)


@blueprint.get(f"{IMPORT}/<import_id>")
def show_import(import_id: str) -> ResponseReturnValue:
    return _status_page(import_id)


def _status_page(import_id: str, refused: Refused | None = None) -> str:
    held = signed_in()
    standing = user_import.standing(parts(), held.account.id, import_id)
    if standing is None or standing.made.done_at is not None:
        raise NotFound
    return render_template(
        "admin/users/import_status.html",
        made=standing.made,
        outcomes=standing.outcomes,
        faults=[
            {
                "line": row.line,
                "name": row.cells.get("user_name", ""),
                "column": column,
                "cell": row.cells.get(column, ""),
                "sentence": words.fault(code),
            }
            for row in standing.faulty
            for column, code in row.faults.items()
        ],
        shown=user_import.SHOWN,
        error=words.why(refused) if refused else None,
    )


@blueprint.post(f"{IMPORT}/<import_id>/look")
def look_at_import(import_id: str) -> ResponseReturnValue:
    """A script looks at one piece with each call and shows how far it is; a form looks at all of them."""
    held = signed_in()
    by_script = request.accept_mimetypes.best == "application/json"
    while True:
        made = user_import.look(parts(), held.account.id, import_id)
        if isinstance(made, Refused):
            raise NotFound
        if by_script:
            return jsonify(checked=made.checked, total=made.total)
        if made.checked >= made.total:
            return redirect(f"{IMPORT}/{import_id}", 303)
        runtime.sleep(0)


@blueprint.post(f"{IMPORT}/<import_id>/run")
def run_import(import_id: str) -> ResponseReturnValue:
    held = signed_in()
    first = ask_first(held, f"{IMPORT}/{import_id}")
    if first is not None:
        return first
    result = _result(user_import.run(parts(), held.account.id, import_id))
    if isinstance(result, Imported):
        done = {"state": "all", "sort": "newest", "done": "imported"}
        counts = {"created": result.created, "changed": result.changed}
        return redirect(f"{USERS}?{urlencode({**done, **counts})}", 303)
    if result.why is Why.UNKNOWN:
        raise NotFound
    if result.why is Why.STALE:
        user_import.look_anew(parts(), held.account.id, import_id)
    return _status_page(import_id, result), status_of(result)


def _result(pieces: Iterator[Imported | Refused | None]) -> Imported | Refused:
    """Lets others run between the pieces."""
    for piece in pieces:
        if piece is not None:
            return piece
        runtime.sleep(0)
    raise RuntimeError("an import ended without a result")


@blueprint.post(f"{IMPORT}/<import_id>/drop")
def drop_import(import_id: str) -> ResponseReturnValue:
    user_import.drop(parts(), signed_in().account.id, import_id)
    return redirect(USERS, 303)
