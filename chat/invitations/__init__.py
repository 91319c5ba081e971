"""Asking visitors to chat: by hand and by rule."""
