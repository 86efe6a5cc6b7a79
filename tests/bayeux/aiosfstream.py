"""Clients of aiosfstream-ng, told on stdin what to do, line by line, and telling on stdout what they meet."""
import asyncio
import json
import sys

from aiosfstream_ng import Client, PasswordAuthenticator, ReplayOption
from aiosfstream_ng.exceptions import ServerError
from aiosfstream_ng.replay import DefaultMappingStorage

CLIENTS = {}


class Authenticator(PasswordAuthenticator):
    """Asks for tokens at an address of its own, rather than at one of the service's two."""

    def __init__(self, token_url):
        super().__init__("client-id", "client-secret", "ada@example.com", "passwordtoken")
        self.address = token_url

    @property
    def _token_url(self):
        return self.address


def say(name, **what):
    print(json.dumps({"client": name, **what}), flush=True)


def described(error):
    causes = [error]
    while causes[-1].__cause__:
        causes.append(causes[-1].__cause__)
    return " <- ".join(f"{type(cause).__name__}: {cause}" for cause in causes)


async def run(name, token_url, channels, replay, timeout):
    """Subscribes, and hears events until something ends it."""
    storage = DefaultMappingStorage({}, replay)
    client = Client(Authenticator(token_url), replay=storage, replay_fallback=ReplayOption.ALL_EVENTS, connection_timeout=timeout)
    try:
        async with client:
            for channel in channels:
                try:
                    await client.subscribe(channel)
                    say(name, subscribed=channel)
                except ServerError as error:
                    say(name, told=described(error))
            async for message in client:
                say(name, event={"channel": message["channel"], "data": message["data"]})
        say(name, stopped="the client is closed")
    except Exception as error:  # Whatever it is, the application is told so.
        say(name, stopped=described(error))


async def main():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        name = order.pop("client")
        if order:
            CLIENTS[name] = asyncio.create_task(run(name, **order))
        elif name in CLIENTS:
            CLIENTS.pop(name).cancel()


asyncio.run(main())
