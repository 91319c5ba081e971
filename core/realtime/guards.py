"""What eventlet's WebSocket would let through, closed in both modes."""

from eventlet import sleep, websocket

from core.realtime.frames import TOO_BIG

_wait = websocket.RFC6455WebSocket.wait


def close_the_gaps() -> None:
    """No compression, a size limit that counts the whole message, and a turn for others after each message.

    A zlib context costs 100 KiB a socket.  eventlet checks each frame's size only, so that endless fragments filled the
    memory.  And reading does not yield while data is there: one browser that sends without pause kept out all others.
    """
    websocket.WebSocketWSGI._negotiate_permessage_deflate = lambda self, extensions: None
    websocket.RFC6455WebSocket.Message.push = _push_within_limit
    websocket.RFC6455WebSocket.wait = _wait_in_turn


def _push_within_limit(message, data: bytes, final: bool = False) -> None:
    message.size = getattr(message, "size", 0) + len(data)
    if message.size > message.max_frame_length:
        raise websocket.FailedConnectionError(TOO_BIG, "Message too big.")
    message.finished = final
    message.data.append(data)


def _wait_in_turn(self):
    sleep(0)
    return _wait(self)
