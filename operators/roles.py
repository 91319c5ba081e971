"""What each kind of operator may do.  A table to be read aloud; the portal shows it as it stands here."""

from flask_babel import lazy_gettext as _l

# All there is to permit, in the order people read it.
PERMISSIONS = {
    "companies.see": _l("Find companies and look at them"),
    "companies.note": _l("Write notes about a company"),
    "companies.open": _l("Open and rename companies"),
    "companies.suspend": _l("Suspend and resume companies"),
    "companies.close": _l("Schedule the closing of a company"),
    "companies.export": _l("Export a company's data"),
    "companies.erase": _l("Erase a company"),
    "companies.move": _l("Move a company to another database"),
    "help.give": _l("Reset access, release seats, send mails again"),
    "help.look_inside": _l("See what a company sees, with its consent"),
    "help.break_glass": _l("Look inside without consent, two operators together"),
    "catalogue.see": _l("See plans, prices and voucher batches"),
    "catalogue.change": _l("Change plans, prices and limits of the platform"),
    "vouchers.print": _l("Print voucher batches"),
    "announcements.write": _l("Write announcements"),
    "money.see": _l("See orders, payments and figures"),
    "money.act": _l("Refund, adjust, give and extend"),
    "money.approve": _l("Approve what a colleague asked for"),
    "operations.see": _l("See how the platform runs"),
    "operations.act": _l("Replay, switch off, limit and announce maintenance"),
    "abuse.see": _l("See reports and signals of abuse"),
    "abuse.act": _l("Freeze companies and block networks and mail domains"),
    "operators.manage": _l("Invite operators and change their roles"),
    "audit.read": _l("Read the operators' audit log"),
}
_LOOKING = ["companies.see", "companies.note", "catalogue.see", "operations.see", "abuse.see"]
ROLES = {
    "support": [*_LOOKING, "help.give", "help.look_inside"],
    "finance": [*_LOOKING, "money.see", "money.act", "money.approve", "vouchers.print", "companies.export"],
    "operations": [
        *_LOOKING,
        "companies.open",
        "companies.suspend",
        "companies.move",
        "help.give",
        "help.look_inside",
        "help.break_glass",
        "operations.act",
        "abuse.act",
        "announcements.write",
    ],
    "owner": list(PERMISSIONS),
}
TITLES = {
    "support": _l("Support"),
    "finance": _l("Finance"),
    "operations": _l("Operations"),
    "owner": _l("Owner"),
}
