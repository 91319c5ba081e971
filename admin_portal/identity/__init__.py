"""Coming in, one's own security, operators and what they did."""

from admin_portal.identity import sign_ins

BLUEPRINTS = (sign_ins.sign_ins,)
