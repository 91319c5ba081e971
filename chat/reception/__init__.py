"""Who receives a visitor: who may, who is free, who waits, and why it went as it went."""
