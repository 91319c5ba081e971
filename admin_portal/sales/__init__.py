"""What we sell: plans, prices, vouchers, SMS packs, announcements, limits of the platform."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
