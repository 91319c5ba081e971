"""What follows from what.  The only place that knows both ends; all of it happens after the commit."""

import chat.automatic.alarm
import chat.automatic.messages
import chat.invitations.automatic
import chat.invitations.invitations
import chat.reception.seat_limits
import chat.styles.suspicious_words
import console.invitations
import console.notices
import console.pushes
import console.standstill
import console.upkeep
import console.visitor_watch
import sms.alerts
import sms.sending
import tenants.abuse.blocks
import tenants.abuse.mail_volume
import tenants.abuse.sign_ups
import tenants.companies.directory
import tenants.platform.load_limits
import tenants.platform.maintenance
import tenants.platform.settings
import tenants.platform.switches
import widget.invitation_pushes
import widget.pushes
import widget.style_pushes
import widget.waiting
from billing.notices import money_moved
from billing.operator_actions import OperatorActed, RefundWanted
from billing.orders import OrderPaid
from billing.refunds import refund_wanted
from billing.shelving import VersionMade, version_made
from billing.stripe_events import EventReplayed, event_replayed
from chat.automatic.messages import AutomaticMessagePosted
from chat.conversations.assignment import ConversationAccepted, ConversationReturned
from chat.conversations.confirmations import ConversationConfirmed
from chat.conversations.conversations import ConversationClosed, ConversationOpened, ConversationRead
from chat.conversations.ratings import ConversationRated, RatingAsked
from chat.conversations.talks import TalkMessagePosted, TalkOpened, TalkRead
from chat.invitations.invitations import InvitationEnded, InvitationMade
from chat.invitations.inviting import InvitingChanged
from chat.offline.messages import OfflineMessageChanged, OfflineMessageHandled, OfflineMessageLeft
from chat.privacy import PrivacyChanged, VisitorErased
from chat.reception.rounds import AssignmentChanged, MinutePassed, look_after
from chat.styles.sites import SiteRemoved
from chat.styles.styles import StyleChanged
from chat.visitors.presence import PresenceChanged
from chat.visitors.visitors import CardSaved
from chat.visitors.visits import PageViewed, VisitorArrived
from core.jobs import JobWritten
from core.mail import MailSent
from lifecycle.works import WorkAsked, work_asked
from sms.messages import SmsWritten
from sms.rates import RatesChanged, rates_changed
from tenants.abuse.blocks import BlocksChanged
from tenants.abuse.sign_ups import SignUpLimitsChanged
from tenants.companies.company import CompanyChanged
from tenants.companies.outboxes import hurry
from tenants.companies.standing import mark
from tenants.people.members import MemberChanged
from tenants.people.seats import SeatReleased, SeatTaken
from tenants.platform.load_limits import LoadLimitsChanged
from tenants.platform.maintenance import MaintenancesChanged
from tenants.platform.notices import NoticesChanged
from tenants.platform.settings import PlatformSettingsChanged
from tenants.platform.switches import SwitchesChanged
from tenants.rights.entitlements import EntitlementsChanged
from tenants.signing_in.sessions import SessionEnded

REACTIONS = {
    MailSent: [tenants.abuse.mail_volume.mail_sent],
    SwitchesChanged: [tenants.platform.switches.changed],
    LoadLimitsChanged: [tenants.platform.load_limits.changed],
    MaintenancesChanged: [tenants.platform.maintenance.changed],
    BlocksChanged: [tenants.abuse.blocks.blocks_changed],
    SignUpLimitsChanged: [tenants.abuse.sign_ups.limits_changed],
    JobWritten: [hurry],
    RefundWanted: [refund_wanted],
    EventReplayed: [event_replayed],
    VersionMade: [version_made],
    RatesChanged: [rates_changed],
    OrderPaid: [money_moved],
    OperatorActed: [money_moved],
    CompanyChanged: [
        tenants.companies.directory.company_changed,
        console.standstill.company_changed,
        console.notices.notices_changed,
        widget.pushes.availability_changed,
    ],
    WorkAsked: [work_asked],
    EntitlementsChanged: [
        tenants.companies.directory.company_changed,
        console.pushes.entitlements_changed,
        chat.reception.seat_limits.rights_changed,
        widget.style_pushes.rights_changed,
        widget.pushes.availability_changed,
        money_moved,
    ],
    NoticesChanged: [console.notices.notices_changed],
    PlatformSettingsChanged: [tenants.platform.settings.settings_changed],
    StyleChanged: [
        widget.style_pushes.style_changed,
        widget.pushes.availability_changed,
        console.invitations.style_changed,
        chat.automatic.alarm.look_now,
        chat.styles.suspicious_words.style_changed,
    ],
    InvitingChanged: [console.invitations.inviting_changed],
    SiteRemoved: [tenants.companies.directory.company_changed, widget.pushes.availability_changed],
    # Before the queue: who invited him comes first.
    ConversationOpened: [
        chat.invitations.invitations.conversation_began,
        widget.pushes.conversation_opened,
        console.pushes.conversation_opened,
        console.visitor_watch.conversation_changed,
        look_after,
        widget.waiting.queue_changed,
        chat.automatic.alarm.look_soon,
    ],
    ConversationAccepted: [
        widget.pushes.conversation_accepted,
        console.pushes.conversation_accepted,
        console.visitor_watch.conversation_changed,
        widget.waiting.queue_changed,
        chat.automatic.alarm.greet,
    ],
    ConversationReturned: [
        widget.pushes.conversation_returned,
        console.pushes.conversation_returned,
        console.visitor_watch.conversation_changed,
        look_after,
        widget.waiting.queue_changed,
    ],
    ConversationClosed: [
        widget.pushes.conversation_closed,
        console.pushes.conversation_closed,
        console.visitor_watch.conversation_changed,
        chat.reception.seat_limits.keep_to_limit,
        look_after,
        widget.waiting.queue_changed,
    ],
    AutomaticMessagePosted: [chat.automatic.messages.automatic_message_posted],
    ConversationRead: [widget.pushes.conversation_read, console.pushes.conversation_read],
    ConversationConfirmed: [widget.pushes.conversation_confirmed, console.pushes.conversation_confirmed],
    ConversationRated: [widget.pushes.conversation_rated, console.pushes.conversation_rated],
    RatingAsked: [widget.pushes.rating_asked],
    PrivacyChanged: [widget.pushes.privacy_changed],
    # His own lines last: they end.
    VisitorErased: [
        console.pushes.visitor_erased,
        console.visitor_watch.visitor_changed,
        look_after,
        widget.waiting.queue_changed,
        widget.pushes.visitor_erased,
    ],
    InvitationMade: [widget.invitation_pushes.invited, console.visitor_watch.visitor_changed],
    InvitationEnded: [
        widget.invitation_pushes.invitation_ended,
        console.invitations.invitation_ended,
        console.visitor_watch.visitor_changed,
        chat.invitations.automatic.invitation_ended,
    ],
    VisitorArrived: [console.visitor_watch.visitor_came],
    PageViewed: [console.visitor_watch.visitor_came],
    CardSaved: [console.pushes.card_saved, console.visitor_watch.visitor_changed],
    OfflineMessageLeft: [console.pushes.offline_message_left, sms.alerts.offline_message_left],
    SmsWritten: [sms.sending.hurry],
    OfflineMessageHandled: [console.pushes.offline_message_handled],
    OfflineMessageChanged: [console.pushes.offline_message_changed],
    TalkOpened: [console.pushes.talk_opened],
    TalkMessagePosted: [console.pushes.talk_message_posted],
    TalkRead: [console.pushes.talk_read],
    PresenceChanged: [console.pushes.presence_changed, widget.pushes.availability_changed, look_after],
    SeatTaken: [console.pushes.seat_taken, widget.pushes.availability_changed, look_after],
    SeatReleased: [console.pushes.seat_released, widget.pushes.availability_changed, look_after],
    SessionEnded: [console.upkeep.free_seat],
    MemberChanged: [console.pushes.member_changed, widget.pushes.availability_changed, look_after],
    AssignmentChanged: [look_after],
    MinutePassed: [
        chat.automatic.alarm.look_now,
        chat.reception.seat_limits.keep_to_limit,
        look_after,
        widget.waiting.queue_changed,
    ],
}
# What changes how a company stands: it is measured anew within half a minute (saas/standing.py).  Messages do not, they are
# too many: a company with open conversations is measured each minute, and once more when they end.
COUNTED = (
    CompanyChanged,
    EntitlementsChanged,
    OrderPaid,
    SeatTaken,
    SeatReleased,
    ConversationOpened,
    ConversationAccepted,
    ConversationReturned,
    ConversationClosed,
    MinutePassed,
    OfflineMessageLeft,
    OfflineMessageHandled,
    OfflineMessageChanged,
    SiteRemoved,
)
for happened in COUNTED:
    REACTIONS[happened].append(mark)
