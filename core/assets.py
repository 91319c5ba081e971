"""The front end's built files: found through Vite's manifest, served unchanging and compressed."""

import json
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, send_file, url_for

FOREVER, A_WHILE = "public, max-age=31536000, immutable", "public, max-age=3600"
_HASHED = re.compile(r"-[\w-]{8}\.\w+\Z")


def install(app: Flask) -> None:
    app.config.setdefault("ASSETS_DIR", str(app.config["ROOT"] / "frontend" / "dist"))
    app.add_url_rule("/a/<path:name>", "asset", serve)
    app.jinja_env.globals.update(script_of=script_of, styles_of=styles_of)


def serve(name: str) -> Response:
    """A built file.  Most carry their hash in the name, and never change."""
    path = (_folder() / name).resolve()
    if _folder() not in path.parents or not path.is_file():
        abort(404)
    response = _best_encoding(path)
    response.headers["Cache-Control"] = FOREVER if _HASHED.search(name) else A_WHILE
    # Customers' pages import some of them as modules, which asks for more than to embed them.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.vary.add("Accept-Encoding")
    return response


def script_of(entry: str) -> str:
    """The address of an entry's script; `entry` is its source below frontend/, as in the manifest."""
    return url_for("asset", name=_entry(entry)["file"])


def styles_of(entry: str) -> list[str]:
    """The addresses of an entry's style sheets."""
    return [url_for("asset", name=name) for name in _entry(entry).get("css", [])]


def _best_encoding(path: Path) -> Response:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    for encoding, ending in (("br", ".br"), ("gzip", ".gz")):
        compressed = path.with_name(path.name + ending)
        if encoding in request.accept_encodings and compressed.is_file():
            response = send_file(compressed, mimetype=kind)
            response.headers["Content-Encoding"] = encoding
            return response
    return send_file(path, mimetype=kind)


def _entry(entry: str) -> dict:
    path = _folder() / ".vite" / "manifest.json"
    return _manifest(path, path.stat().st_mtime_ns)[entry]


@lru_cache(maxsize=4)
def _manifest(path: Path, changed_at: int) -> dict:
    return json.loads(path.read_text())


def _folder() -> Path:
    return Path(current_app.config["ASSETS_DIR"]).resolve()
