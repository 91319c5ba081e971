"""Orders, payments, corrections, second approvals, reconciliation and figures."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
