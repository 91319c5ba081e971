"""A browser's line to a door, as the product's own pages hold it: Socket.IO over a websocket, or plain HTTP."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 6.0
# Engine.IO's kinds of packets, followed by Socket.IO's where there is one inside.
_PING, _PONG, _CLOSE, _WELCOME, _GOODBYE, _EVENT, _ACK, _REFUSED = "2", "3", "1", "40", "41", "42", "43", "44"


class Unreachable(Exception):
    """No line, or no answer: nobody knows whether the other side has heard."""


class Refused(Exception):
    """The other side answered, and said no."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class SocketLine:
    """One websocket.  `hear(event, data)` is called for each push, `saw(text)` for all that comes."""

    def __init__(self, url: str, auth: dict, hear: Callable, saw: Callable, headers: dict | None = None, origin=None):
        self._url, self._auth, self._headers, self._origin = url, auth, headers, origin
        self._hear, self._saw = hear, saw
        self._answers: dict[int, asyncio.Future] = {}
        self._asked = 0

    async def open(self) -> None:
        """Raises Unreachable or Refused."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                self._socket = await connect(
                    self._url, additional_headers=self._headers, origin=self._origin, compression=None, ping_interval=None
                )
                await self._socket.recv()
                await self._socket.send(_WELCOME + json.dumps(self._auth))
                answer = await self._socket.recv()
        except (OSError, WebSocketException, TimeoutError) as problem:
            raise Unreachable from problem
        if answer.startswith(_REFUSED):
            await self.close()
            raise Refused(json.loads(answer[2:]).get("data", {}).get("code", "unknown"))
        self._reader = asyncio.create_task(self._read())

    async def ask(self, event: str, data: dict) -> dict:
        """Raises Unreachable or Refused."""
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._socket.send(f"{_EVENT}{self._asked}{json.dumps([event, data])}")
                return _answered(await answer)
        except (OSError, WebSocketException, TimeoutError) as problem:
            raise Unreachable from problem

    async def ended(self) -> None:
        """Returns when the other side is gone."""
        await asyncio.wait([self._reader])

    async def close(self) -> None:
        await self._socket.close()

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                self._saw(text)
                if text == _CLOSE or text.startswith(_GOODBYE):
                    break
                await self._take(text)
        except (OSError, WebSocketException):
            pass
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(Unreachable())
                    answer.exception()
            await self._socket.close()

    async def _take(self, text: str) -> None:
        if text == _PING:
            await self._socket.send(_PONG)
        elif text.startswith(_ACK):
            bracket = text.index("[")
            answer = self._answers.pop(int(text[2:bracket]), None)
            if answer is not None and not answer.done():
                answer.set_result(json.loads(text[bracket:])[0])
        elif text.startswith(_EVENT):
            self._hear(*json.loads(text[2:]))


class PlainLine:
    """The way round a network that blocks websockets: each question is a POST, and nothing is ever pushed."""

    def __init__(self, url: str, headers: dict, saw: Callable):
        self._url, self._headers, self._saw = url, {"Content-Type": "application/json", **headers}, saw

    async def ask(self, event: str, data: dict) -> dict:
        """Raises Unreachable or Refused."""
        text = await asyncio.to_thread(self._post, json.dumps({"event": event, "data": data}).encode())
        self._saw(text)
        return _answered(json.loads(text))

    def _post(self, body: bytes) -> str:
        request = urllib.request.Request(self._url, body, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as response:
                return response.read().decode()
        except urllib.error.HTTPError as answer:
            if answer.code >= 500:
                raise Unreachable from answer
            return answer.read().decode()
        except OSError as problem:
            raise Unreachable from problem


def _answered(answer: dict) -> dict:
    if not answer.get("ok"):
        raise Refused(answer.get("error", {}).get("code", "unknown"))
    return answer
