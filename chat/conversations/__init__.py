"""What visitors, agents and colleagues say to each other, and the path of a message (docs/realtime.md)."""
