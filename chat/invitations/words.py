"""What stands in the box of an invitation: the company's words, the agent's, or ours (I-11, CF-31)."""

from flask_babel import gettext as _
from sqlalchemy.orm import Mapped

from tenants.companies.company import current_company
from tenants.people.members import Member


class InvitationWords:
    """Part of Invitation."""

    by: Mapped[Member | None]
    manner: Mapped[str]
    is_offline: Mapped[bool]
    title: Mapped[str]
    text: Mapped[str]
    picture: Mapped[str]

    def as_dict(self) -> dict:
        """As his page shows it, in the language in force."""
        return {
            "id": self.id,
            "by": {"id": self.by.id, "name": self.by.name} if self.by else None,
            "title": self.title or self._usual_title,
            "text": "\n\n".join(filter(None, [self.text or self._usual_text, self._notice])),
            "picture": self.picture,
            "manner": self.manner,
        }

    @property
    def _usual_title(self) -> str:
        return _("Nobody is here right now") if self.is_offline else _("May we help you?")

    @property
    def _usual_text(self) -> str:
        return _("Leave a message, and we will answer.") if self.is_offline else _("Our team is here. Ask whatever you like.")

    @property
    def _notice(self) -> str:
        """Who did not ask for a window is told what it means (CF-31)."""
        if self.manner != "direct":
            return ""
        return _(
            "%(company)s opened this window. You need not answer, and can close it at any time.", company=current_company().name
        )
