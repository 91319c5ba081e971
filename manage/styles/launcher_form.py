"""The form on which an icon is set."""

from chat.styles.launchers import ACCENT, FURTHEST, Launcher, Offset, Pictures
from core.errors import Invalid
from core.forms import Form
from manage.styles.uploads import Uploads

UPLOADS = {"online_picture": "launcher", "offline_picture": "launcher"}


def filled_in(launcher: Launcher, window_accent: str = ACCENT) -> Form:
    """As the icon is, in a window of that colour."""
    return Form(
        launcher.as_dict()
        | {
            "colour_of": "icon" if launcher.accent else "window",
            "accent": launcher.accent or window_accent,
            "side_offset": launcher.offset.side,
            "edge_offset": launcher.offset.edge,
            "online_picture": launcher.pictures.online,
            "offline_picture": launcher.pictures.offline,
        }
    )


def typed(form: Form, uploads: Uploads) -> Launcher:
    """The icon as it was typed, with what is wrong noted beside its field."""
    uploads.fill_in(form)
    launcher = Launcher(
        **{name: form.choice(name, among) for name, among in Launcher.WORDS.items()},
        offset=Offset(*(_pixels(form, name) for name in ("side_offset", "edge_offset"))),
        accent="" if form.value("colour_of") == "window" else form.text("accent", 7).lower(),
        pictures=Pictures(form.text("online_picture", 200), form.text("offline_picture", 200)),
        text=form.text("text", 60),
        hides_offline=form.yes("hides_offline"),
    )
    try:
        launcher.check()
    except Invalid as invalid:
        form.refuse(invalid)
    return launcher


def _pixels(form: Form, name: str) -> int:
    pixels = form.whole_number(name, 0, FURTHEST)
    return Offset().side if pixels is None else pixels
