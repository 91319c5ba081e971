"""The names of the rooms in which people hear of a company's conversations.  The company's number leads, always."""


def agents_room(company_id: int) -> str:
    """All agents who are in the console."""
    return f"{company_id}:agents"


def member_room(company_id: int, member_id: int) -> str:
    return f"{company_id}:member:{member_id}"


def visitor_room(company_id: int, visitor_id: int) -> str:
    return f"{company_id}:visitor:{visitor_id}"


def conversation_room(company_id: int, conversation_id: int) -> str:
    """Those who look at a conversation besides its parties."""
    return f"{company_id}:conversation:{conversation_id}"


def hearing_rooms(company_id: int, conversation_id: int, visitor_id: int, assigned_to_id: int | None) -> tuple[str, ...]:
    """Everybody a conversation's messages go to: the visitor's tabs, the agent who has it (all agents while nobody has),

    and who else looks at it.  The parties enter their own rooms when they connect, so that no join can be missed later.
    """
    team = agents_room(company_id) if assigned_to_id is None else member_room(company_id, assigned_to_id)
    return visitor_room(company_id, visitor_id), team, conversation_room(company_id, conversation_id)


def watchers_room(company_id: int) -> str:
    """Members who may see who is on the site."""
    return f"{company_id}:watchers"


def message_takers_room(company_id: int) -> str:
    """Members who handle offline messages."""
    return f"{company_id}:message_takers"
