"""Money that does not pass through a wallet: paid to us by card or app for something, and returned there."""

from billing.ledger import Book, LedgerTransaction
from billing.purses import PROVIDER, REVENUE


def pay_directly(company_id: int, currency: str, amount: int, key: str, kind: str, **about) -> bool:
    """Note a payment for goods, an order's or a subscription's invoice, once for each key.  `about`: order_no, actor, memo.

    Returns False when it was noted before.
    """
    return _move(company_id, currency, amount, key, kind, about)


def return_directly(company_id: int, currency: str, amount: int, key: str, kind: str, **about) -> bool:
    """Note that such money went back, once for each key.  Returns False when it was noted before."""
    return _move(company_id, currency, -amount, key, kind, about)


def _move(company_id: int, currency: str, amount: int, key: str, kind: str, about: dict) -> bool:
    asked = {"direct": amount, "unit": currency}
    transaction, is_new = LedgerTransaction.begin(key, kind, company_id, asked, **about)
    if is_new:
        transaction.post({Book(PROVIDER, currency): -amount, Book(REVENUE, currency): amount})
    return is_new
