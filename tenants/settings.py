"""What a company has set for all its agents (S-01)."""

from sqlalchemy.orm import Mapped, mapped_column

from core.db import TenantModel, db


class Settings(TenantModel):
    """The one row of company-wide settings."""

    __tablename__ = "settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    conversation_limit: Mapped[int] = mapped_column(default=15)
    idle_minutes: Mapped[int] = mapped_column(default=15)
    show_last_conversation: Mapped[bool] = mapped_column(default=True)
    mail_offline_messages: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def current(cls) -> "Settings":
        return db.session.get_one(cls, 1)
