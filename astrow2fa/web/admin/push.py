"""System – Settings – Push: how phones are woken, and how the push services did."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from astrow2fa.ports.push import ServiceReport, Verdict
from astrow2fa.services import push
from astrow2fa.web.admin.blueprint import blueprint
from astrow2fa.web.context import parts
from astrow2fa.web.fresh import signed_in
from astrow2fa.web.times import at

PUSH = "/system/settings/push"


@blueprint.get(PUSH, endpoint="push")
def show_push() -> ResponseReturnValue:
    held = signed_in()
    return render_template(
        "admin/push.html",
        push_key=parts().push_key,
        hosts=parts().push.hosts(),
        reports=[_row(report) for report in parts().push.reports()],
        phones=push.counts(parts()),
        woken=len(push.subscribed(parts(), held.account.id)),
        sent=request.args.get("sent", ""),
    )


@blueprint.post(f"{PUSH}/test", endpoint="try_out_push")
def try_out_push() -> ResponseReturnValue:
    held = signed_in()
    for device_id in sorted(push.subscribed(parts(), held.account.id)):
        push.try_out(parts(), held.account.id, device_id)
    return redirect(f"{PUSH}?sent=yes", 303)


def _row(report: ServiceReport) -> dict[str, Any]:
    failed = report.failed
    return {
        "host": report.host,
        "accepted": report.counts.get(Verdict.ACCEPTED, 0),
        "gone": report.counts.get(Verdict.GONE, 0),
        "refused": report.counts.get(Verdict.REFUSED, 0),
        "later": report.counts.get(Verdict.LATER, 0),
        "last_at": at(int(report.last_at)),
        "failed_at": at(int(report.failed_at)) if failed else None,
        "failed": f"{failed.status or ''} {failed.why}".strip() if failed else "",
        "well": report.last is not None and report.last.verdict in (Verdict.ACCEPTED, Verdict.GONE),
    }
