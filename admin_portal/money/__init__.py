"""Orders, payments, corrections, second approvals, reconciliation and figures."""

from admin_portal.money import (
    actions,
    company_money,
    deeds,
    differences,
    disputes,
    figures,
    invoices,
    orders,
    refunds,
    statement,
)

# Several files share a blueprint, so that the menu knows where one is.
BLUEPRINTS = (company_money.company_money, actions.actions, orders.orders, differences.differences, figures.figures)

__all__ = ["deeds", "disputes", "invoices", "refunds", "statement"]
