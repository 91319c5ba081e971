"""The platform operators' portal: everything that the people who run Laike see and do (catalogue O-03)."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the operators' door."""
    from admin_portal.door import admin_portal

    app.register_blueprint(admin_portal)
