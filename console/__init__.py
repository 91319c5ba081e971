"""The agents' door: the console's page, what it asks and hears, and the upkeep of who is there."""
