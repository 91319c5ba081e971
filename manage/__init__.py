"""The company's management centre, and the way in: sign-up and sign-in."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the door to coming in and to managing."""
    from manage.door import manage

    app.register_blueprint(manage)
