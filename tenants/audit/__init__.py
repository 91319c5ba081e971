"""What people did that others may ask about later."""
