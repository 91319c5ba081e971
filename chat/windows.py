"""What a company set for its visitors' window."""

from chat.conversations.files import max_upload_mb
from tenants.companies.settings import Settings


def window_settings() -> dict:
    """The company's settings as the window needs them."""
    settings = Settings.current()
    return {
        "max_upload": max_upload_mb() * 1024 * 1024,
        "masks_numbers": settings.masks_numbers,
        "asks_consent": settings.asks_typing_consent,
        "shows_previous": settings.show_last_conversation,
        "may_erase": settings.visitors_may_erase,
        "takes_ratings": settings.takes_ratings,
    }
