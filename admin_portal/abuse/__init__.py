"""Reports and signals of abuse, and what is blocked."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
