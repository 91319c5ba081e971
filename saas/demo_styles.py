"""The demo company's second style, for its tasting room: what a style can be, for whoever looks around in the management centre."""

from datetime import timedelta

from billing.voucher_batches import VoucherBatch
from billing.vouchers import STYLE, Voucher, redeem_from_drawer
from chat.invitations.rules import InvitationRule, Invitations
from chat.registration.registration import Registration
from chat.styles.advertisements import Ads, Line
from chat.styles.contacts import Contact
from chat.styles.form_fields import Field
from chat.styles.launchers import Launcher, Offset
from chat.styles.links import Link
from chat.styles.prompts import Prompts
from chat.styles.sites import Site
from chat.styles.styles import Style
from chat.styles.window_styles import WindowStyle
from core.clock import now
from tenants.companies.company import Company
from tenants.people.members import Member

PLUM = "#8c1d40"


def add_tasting_room(company: Company, olga: Member, adam: Member) -> Site:
    """With a style voucher for its year; another one is left in the drawer."""
    site = Site.add("Acme Tasting Room")
    batch, _codes = VoucherBatch.make("Demo", STYLE, 0, now() + timedelta(days=365))
    Voucher.put_in_drawer(company, 2, STYLE, batch_id=batch.id)
    redeem_from_drawer(company, Voucher.in_drawer_of(company)[0].id, site.id)
    style = Style(site)
    style.save(Prompts(greeting="Welcome to the tasting room!"), adam)
    for part in (LAUNCHER, WINDOW, PROMPTS, REGISTRATION, INVITATIONS):
        style.save(part, olga)
    return site


LAUNCHER = Launcher(side="left", offset=Offset(side=24, edge=24), accent=PLUM, template="dots")

PROMPTS = Prompts(
    greeting="Welcome to the tasting room! This is {agent}. 欢迎光临，我是 {agent}。",
    busy="All of us are pouring right now. It will not be long.",
    closing="Thank you for the visit. Come by for a cup. 期待您再来。",
    offline_message="We are out in the garden. Leave us a line, and we write back today.",
    registration="Tell us for whom we may put the kettle on.",
    unanswered="We have not forgotten you: the tea master is on the way.",
)

REGISTRATION = Registration(
    before_chat=True,
    fields=(
        Field("name", is_required=True),
        Field("email", kind="email"),
        Field("own1", "Which tea do you like?", kind="choice", options=("Green", "Oolong", "White", "I do not know yet")),
    ),
)

INVITATIONS = Invitations(
    is_automatic=True,
    rules=(InvitationRule(id=1, name="Looks around", after_seconds=20),),
    box_title="A cup with us?",
    box_text="A tasting takes an hour and costs nothing. Ask us for a free table.",
)

# Its links lead to a domain that is nobody's: where the demo shop runs there is no https.
WINDOW = WindowStyle(
    heading="Acme Tasting Room · 茶室",
    skin="festive",
    accent=PLUM,
    emoticons="faces",
    welcome="Tastings daily at 11 and 16 o'clock. 每天 11 点、16 点品茶。",
    introduction="<h2>The tasting room</h2><p>Six seats, one kettle, and teas that never reach the shop.</p>",
    links=(Link("Our teas", "https://example.com/teas"), Link("How to find us", "https://example.com/map")),
    ads=Ads(lines=(Line("New: spring green of this April", "https://example.com/teas"), Line("Group tastings up to twelve"))),
    warning="We never ask for a password or a card number here.",
    contacts=(Contact("whatsapp", "442079460018", "Write on WhatsApp"),),
)
