"""Plan & account: what a company has, buys and pays."""

from manage.plan import account, documents, orders, payments, plan, prices, statement, subscription, vouchers

BLUEPRINTS = (
    plan.plan,
    prices.plan_prices,
    orders.plan_orders,
    payments.plan_payments,
    subscription.plan_subscription,
    statement.plan_statement,
    documents.plan_documents,
    vouchers.plan_vouchers,
    account.plan_account,
)
