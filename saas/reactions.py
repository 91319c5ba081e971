"""What follows from what.  The only place that knows both ends; all of it happens after the commit."""

import console.pushes
import console.upkeep
import widget.pushes
from chat.conversations import ConversationAccepted, ConversationClosed, ConversationOpened, ConversationRead
from chat.offline_messages import OfflineMessageHandled, OfflineMessageLeft
from chat.presence import PresenceChanged
from chat.visitors import CardSaved
from chat.visits import PageViewed, VisitorArrived
from core.jobs import JobWritten
from tenants.members import MemberChanged
from tenants.outboxes import hurry
from tenants.seats import SeatReleased, SeatTaken
from tenants.sessions import SessionEnded

REACTIONS = {
    JobWritten: [hurry],
    ConversationOpened: [widget.pushes.conversation_opened, console.pushes.conversation_opened],
    ConversationAccepted: [widget.pushes.conversation_accepted, console.pushes.conversation_accepted],
    ConversationClosed: [widget.pushes.conversation_closed, console.pushes.conversation_closed],
    ConversationRead: [widget.pushes.conversation_read, console.pushes.conversation_read],
    VisitorArrived: [console.pushes.visitor_arrived],
    PageViewed: [console.pushes.visitor_moved],
    CardSaved: [console.pushes.card_saved],
    OfflineMessageLeft: [console.pushes.offline_message_left],
    OfflineMessageHandled: [console.pushes.offline_message_handled],
    PresenceChanged: [console.pushes.presence_changed, widget.pushes.availability_changed],
    SeatTaken: [console.pushes.seat_taken, widget.pushes.availability_changed],
    SeatReleased: [console.pushes.seat_released, widget.pushes.availability_changed],
    SessionEnded: [console.upkeep.free_seat],
    MemberChanged: [console.pushes.member_changed, widget.pushes.availability_changed],
}
