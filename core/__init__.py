"""Tools that know nothing of chat or money."""
