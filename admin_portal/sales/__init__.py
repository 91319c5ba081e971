"""What we sell and say: plans, prices, vouchers, SMS rates, announcements, limits of the platform."""

from admin_portal.sales import (
    announcements,
    bundles,
    platform_settings,
    printouts,
    products,
    publications,
    sms_costs,
    sms_rates,
    voids,
    voucher_batches,
    withdrawals,
)

BLUEPRINTS = (
    announcements.announcements,
    publications.publications,
    products.products,
    bundles.bundles,
    withdrawals.withdrawals,
    sms_rates.sms_rates,
    sms_costs.sms_costs,
    voucher_batches.voucher_batches,
    printouts.printouts,
    voids.voids,
    platform_settings.platform_settings,
)
