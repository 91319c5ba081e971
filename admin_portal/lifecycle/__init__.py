"""What operators do to a company as a whole, and what has become of it: opening to erasure, notes and timeline."""

from admin_portal.lifecycle import (
    closings,
    company_life,
    company_notes,
    company_timeline,
    erasures,
    exports,
    moves,
    names,
    note_pins,
    openings,
    suspensions,
)

BLUEPRINTS = (
    openings.openings,
    company_life.company_life,
    names.names,
    suspensions.suspensions,
    closings.closings,
    exports.exports,
    erasures.erasures,
    moves.moves,
    company_timeline.company_timeline,
    company_notes.company_notes,
    note_pins.note_pins,
)
