"""What eventlet's WebSocket would let through, closed in both modes."""

from eventlet import websocket

from core.realtime.frames import TOO_BIG


def close_the_gaps() -> None:
    """No compression (a zlib context is 100 KiB a socket), and the size limit counts the whole message.

    eventlet checks each frame's size only, so that endless fragments filled the memory.
    """
    websocket.WebSocketWSGI._negotiate_permessage_deflate = lambda self, extensions: None
    websocket.RFC6455WebSocket.Message.push = _push_within_limit


def _push_within_limit(message, data: bytes, final: bool = False) -> None:
    message.size = getattr(message, "size", 0) + len(data)
    if message.size > message.max_frame_length:
        raise websocket.FailedConnectionError(TOO_BIG, "Message too big.")
    message.finished = final
    message.data.append(data)
