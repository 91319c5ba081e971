"""How a company comes, stays and goes: what takes its people, its chats and its money together."""
