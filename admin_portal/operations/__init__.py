"""How the platform runs, and the switches to keep it running."""

from admin_portal.operations import company_jobs, failures, load_limits, maintenances, neighbours, standing, switches

BLUEPRINTS = (
    standing.standing,
    failures.failures,
    company_jobs.company_jobs,
    neighbours.neighbours,
    load_limits.load_limits,
    switches.switches,
    maintenances.maintenances,
)
