"""Operators who look inside a company, by its leave."""
