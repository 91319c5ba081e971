"""The company's management centre, and the way in: sign-up and sign-in."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the door to coming in and to managing, and the one of companies' directories."""
    from manage.door import manage
    from manage.scim.door import scim

    app.register_blueprint(manage)
    app.register_blueprint(scim)
