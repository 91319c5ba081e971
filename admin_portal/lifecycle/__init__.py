"""Opening, renaming, suspending, closing, exporting, erasing and moving companies; notes."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
