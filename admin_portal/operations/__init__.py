"""How the platform runs, and the switches to keep it running."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
