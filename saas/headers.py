"""Security headers on every answer, and the nonce that our own inline scripts carry."""

import secrets

from flask import Flask, Response, current_app, g, request

from core.pages import live_sources


def install(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(add)


def csp_nonce() -> str:
    """One nonce for the whole answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def add(response: Response) -> Response:
    """What a door has set itself stays: the widget's frame has a policy of its own."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    if current_app.config["PUBLIC_URL"].startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "session" in g or "operator_session" in g or request.method != "GET":
        headers.setdefault("Cache-Control", "no-store")
    headers["X-Request-Id"] = g.get("request_id", "")
    return response


def policy() -> str:
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self'{nonce}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            f"connect-src 'self' {live_sources()}",
            "frame-src 'self'",
            "manifest-src 'self'",
            # Browsers also look at where the answer to a form leads on.
            " ".join(["form-action 'self'", *g.get("form_targets", ())]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
