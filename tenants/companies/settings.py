"""What a company has set for all its agents (S-01)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db import TenantModel, db


class Settings(TenantModel):
    """The one row of company-wide settings."""

    __tablename__ = "settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    conversation_limit: Mapped[int] = mapped_column(default=15)
    idle_minutes: Mapped[int] = mapped_column(default=15)
    # What an agent is after that long without a key or a move: "away" or "busy" (CF-04).
    idle_presence: Mapped[str] = mapped_column(default="away", server_default="away")
    show_last_conversation: Mapped[bool] = mapped_column(default=True)
    mail_offline_messages: Mapped[bool] = mapped_column(default=True)
    # Whether only the one it is assigned to is mailed.
    mails_assignee_only: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    sms_offline_messages: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # Who must have a second factor: "optional" (nobody), "administrators", "roles" (those of `second_factor_roles`), "everybody".
    second_factor: Mapped[str] = mapped_column(default="optional", server_default="optional")
    second_factor_roles: Mapped[list[int]] = mapped_column(ARRAY(sa.BigInteger), default=list, server_default="{}")
    second_factor_from: Mapped[datetime | None]
    # From where people may sign in and work: [["203.0.113.0/24", "Office"], …]; empty: from anywhere (tenants/signing_in/networks.py).
    allowed_networks: Mapped[list] = mapped_column(JSONB, default=list, server_default="[]")
    # A list that would lock out who wrote it, until he confirms it by mail.
    proposed_networks: Mapped[list | None] = mapped_column(JSONB)
    # 0: a password may grow as old as it likes.
    password_days: Mapped[int] = mapped_column(default=0, server_default="0")
    sms_passwords: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # How waiting visitors reach agents: "by_hand", "sales" (in turn) or "service" (to the least busy).
    assignment: Mapped[str] = mapped_column(default="by_hand", server_default="by_hand")
    prefers_last_agent: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    return_after_minutes: Mapped[int] = mapped_column(default=3, server_default="3")
    # 0: for ever.
    answer_within_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    masks_numbers: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    asks_typing_consent: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    visitors_may_erase: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    takes_ratings: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # Whether agents may invite visitors, and open the chat at them without asking (S-05, S-06).
    invites_by_hand: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    chats_directly: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    max_upload_mb: Mapped[int | None]
    offline_intro: Mapped[str] = mapped_column(default="", server_default="")
    offline_fields: Mapped[list | None] = mapped_column(JSONB(none_as_null=True))

    @classmethod
    def current(cls) -> "Settings":
        return db.session.get_one(cls, 1)
