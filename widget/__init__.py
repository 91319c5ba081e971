"""The visitors' door: the line a customer embeds, the frame behind it, and what visitors ask and hear."""
