"""How long something lasts: calendar months, not thirty days."""

from calendar import monthrange
from datetime import datetime


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time some months later; the month's last day where it has no such day (31 January, 29 February)."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
