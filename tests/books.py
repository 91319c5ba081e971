"""What must be true of the books at any moment, and rows that the provider's events would have written."""

from datetime import timedelta

import sqlalchemy as sa

from billing.products import Product
from billing.subscriptions import Subscription
from core.clock import now
from core.db import db, transaction
from tenants.companies.company import Company

WRONG = {
    "transactions that do not balance": """
        SELECT transaction_id FROM platform.ledger_entry GROUP BY transaction_id, unit HAVING sum(amount) <> 0""",
    "balances that are not the sum of their entries": """
        SELECT id FROM platform.ledger_account a WHERE balance IS NOT NULL
        AND balance <> (SELECT coalesce(sum(amount), 0) FROM platform.ledger_entry WHERE account_id = a.id)""",
    "held amounts that are not the sum of the open holds": """
        SELECT id FROM platform.ledger_account a
        WHERE held <> (SELECT coalesce(sum(amount), 0) FROM platform.ledger_hold WHERE account_id = a.id AND status = 'held')""",
    "purses that are overspent": """
        SELECT id FROM platform.ledger_account WHERE company_id IS NOT NULL AND code <> 'debt' AND balance < held""",
    "statements whose balances do not follow from each other": """
        SELECT transaction_id FROM (
            SELECT transaction_id, balance_after, sum(amount) OVER (PARTITION BY account_id ORDER BY transaction_id) AS running
            FROM platform.ledger_entry WHERE balance_after IS NOT NULL) entry WHERE balance_after <> running""",
    "money returned on orders that is not in the books of returns": """
        SELECT id FROM platform."order" o
        WHERE returned <> (SELECT coalesce(sum(amount), 0) FROM platform.order_return WHERE order_id = o.id)
           OR returned <> (SELECT sum(returned) FROM platform.order_line WHERE order_id = o.id)""",
}


def faults() -> dict[str, list]:
    """Everything that is wrong with the books; nothing, if all is well."""
    with db.engines["platform"].connect() as connection:
        found = {name: connection.execute(sa.text(query)).scalars().all() for name, query in WRONG.items()}
    return {name: ids for name, ids in found.items() if ids}


def subscribed(company: Company, code: str = "professional:month", quantity: int = 1, **how) -> Subscription:
    """A running subscription, as if the provider had told us of it; `how` is what is different about it."""
    about = {
        "stripe_id": f"sub_{company.id}", "customer_id": "cus_1", "item_id": "si_1", "price_id": "price_1", "currency": "CNY",
        "status": "active", "started_at": now(), "period_end": now() + timedelta(days=30),
    }  # fmt: skip
    with transaction():
        subscription = Subscription(company_id=company.id, product=Product.on_sale(code), quantity=quantity, **about | how)
        db.session.add(subscription)
    return subscription
