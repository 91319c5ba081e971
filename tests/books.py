"""What must be true of the books at any moment."""

import sqlalchemy as sa

from core.db import db

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
