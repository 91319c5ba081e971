"""One door's Socket.IO server, wired to the switchboard, and what python-socketio is given to work with."""

import logging

import orjson
import socketio
from engineio import packet as engineio_packet
from flask import Request
from werkzeug.middleware.proxy_fix import ProxyFix

from core.errors import Refusal
from core.realtime import green
from core.realtime.caller import Caller
from core.realtime.door import Door
from core.realtime.line import Line
from core.realtime.push import encoded

log = logging.getLogger(__name__)

CONNECT = "0"
# Socket.IO's connect, disconnect, event.  No acks, no binary parts: we never ask for them.
UNDERSTOOD = (CONNECT, "1", "2")


class Exchange:
    """Knows who calls: turns what the library reads into events at the door."""

    def __init__(self, switchboard, door: Door, server: socketio.Server):
        self._switchboard, self._door, self._server = switchboard, door, server
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._event)
        server.eio.on("message", self._message)

    def _message(self, socket_id: str, data) -> None:
        """Let python-socketio read a message, but only of kinds we use, and quietly hang up on nonsense."""
        try:
            if data[0] in UNDERSTOOD and self._switchboard.may_send(socket_id, data):
                self._server._handle_eio_message(socket_id, data)
                return
        except Exception as error:
            log.info("unreadable message door=%s error=%r", self._door.name, error)
        self._cut(socket_id)

    def _cut(self, socket_id: str) -> None:
        socket = self._server.eio.sockets.get(socket_id)
        if socket is not None:
            socket.close(wait=False)

    def _connect(self, sid: str, environ: dict, auth=None) -> bool:
        socket = self._server.eio.sockets[self._server.manager.eio_sid_from_sid(sid, "/")]
        try:
            with self._switchboard.app.app_context():
                caller = self._door.identify(self._request(environ), auth)
        except Refusal as refusal:
            error = self._door.refused(None, refusal)["error"]
            raise socketio.exceptions.ConnectionRefusedError(error["message"], error) from None
        except Exception:
            log.exception("connect failed door=%s", self._door.name)
            raise socketio.exceptions.ConnectionRefusedError("internal", {"code": "internal"}) from None
        if socket.closed:
            # It went while we asked who it is.  Its disconnect has been told already, so nobody would dismiss the line.
            return False
        line = self._line_for(socket, caller)
        self._switchboard.admit(sid, line)
        # Not here: the browser must hear that it is connected before it hears anything else.
        line.arrival = green.spawn(self._door.arrived, line)
        return True

    def _request(self, environ: dict) -> Request:
        hops = self._switchboard.app.config.get("TRUSTED_PROXIES", 0)
        if hops:
            # Sockets are answered before the app's own ProxyFix comes to see them.
            ProxyFix(lambda *_: (), x_for=hops, x_proto=hops)(environ, None)
        return Request(environ)

    def _line_for(self, socket, caller: Caller) -> Line:
        return socket.make_line(caller, self._door) if hasattr(socket, "make_line") else Line(caller, socket)

    def _disconnect(self, sid: str, reason=None) -> None:
        line = self._switchboard.dismiss(sid)
        if line is not None:
            green.spawn(self._depart, line)

    def _depart(self, line: Line) -> None:
        line.arrival.wait()
        self._door.left(line.caller)

    def _event(self, event: str, sid: str, *arguments) -> dict | None:
        line = self._switchboard.line(sid)
        if line is None:
            return None
        return self._door.call(line.caller, event, arguments[0] if len(arguments) == 1 else None)


class QuickManager(socketio.Manager):
    """python-socketio's register of connections.  Its own disconnect walks through all rooms of all clients;

    ours are kept elsewhere, so that a client is only ever in the two rooms the library made for it.
    """

    def basic_disconnect(self, sid, namespace, **kwargs) -> None:
        self.basic_leave_room(sid, namespace, None)
        self.basic_leave_room(sid, namespace, sid)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)


class Json:
    """orjson in the shape python-socketio expects.  It refuses what is not UTF-8 and what is nested to break us."""

    @staticmethod
    def dumps(value, **_options) -> str:
        return encoded(value).decode()

    @staticmethod
    def loads(text, **_options):
        return orjson.loads(text)


engineio_packet.Packet.json = Json
