"""Who is in which open conversation, as far as this process knows."""


class Parties:
    """Learned from what is posted here and from the look at the heads every few seconds, so that typing needs no query."""

    def __init__(self):
        self._parties: dict[tuple[int, int], tuple[int, int | None]] = {}

    def note(self, company_id: int, conversation_id: int, visitor_id: int, assigned_to_id: int | None) -> None:
        self._parties[company_id, conversation_id] = visitor_id, assigned_to_id

    def of(self, company_id: int, conversation_id: int) -> tuple[int, int | None] | None:
        """The visitor and the agent (None while it waits), or None if it is not known here."""
        return self._parties.get((company_id, conversation_id))

    def keep_only(self, known: set[tuple[int, int]]) -> None:
        """Forget conversations that have ended or have nobody here any more."""
        self._parties = {key: parties for key, parties in self._parties.items() if key in known}
