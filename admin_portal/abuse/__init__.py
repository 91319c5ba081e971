"""Reports and signals of abuse, and what is blocked."""

from admin_portal.abuse import block_checks, block_imports, blocks, freezes, sign_up_limits, signals

BLUEPRINTS = (
    signals.signals,
    freezes.freezes,
    blocks.blocks,
    block_checks.block_checks,
    block_imports.block_imports,
    sign_up_limits.sign_up_limits_page,
)
