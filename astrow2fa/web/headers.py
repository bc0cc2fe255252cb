"""Headers of every answer (SECURITY: ASVS 5.0 V3)."""

from __future__ import annotations

from flask import Flask, request
from flask.wrappers import Response


def install(app: Flask, public_url: str, *, secure: bool) -> None:
    """The content security policy allows this origin's own files and its own sockets, and nothing inline."""
    socket_origin = public_url.replace("http", "ws", 1)
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            f"connect-src 'self' {socket_origin}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
    camera_on_phone = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
    no_camera = camera_on_phone.replace("(self)", "()")

    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        on_phone = request.path == "/mobile/"
        headers["Permissions-Policy"] = camera_on_phone if on_phone else no_camera
        if request.endpoint != "static" or "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return response

    app.after_request(add)
