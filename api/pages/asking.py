"""Pages that ask which user, and lead to that user's own page."""

from __future__ import annotations

from flask import redirect, request
from werkzeug import Response

from engine.cloudevents import user_fault

from .shell import link, page


def asked_user(endpoint: str, template: str, own: str | None = None) -> Response:
    """Leads to the page of one's own, or of the user asked for; a form if there is none, or nobody can be called so."""
    wanted = own or request.args.get("user", "").strip()
    fault = user_fault(wanted) if wanted else None
    if wanted and not fault:
        return redirect(link(endpoint, user=wanted), 303)
    return page(template, 422 if fault else 200, wanted=wanted, fault=fault)
