"""Where people are in the world, and which pages they look at: what rules about visitors are made of."""
