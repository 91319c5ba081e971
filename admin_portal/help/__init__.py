"""Helping a company: access, seats, mails, and looking inside with its consent."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
