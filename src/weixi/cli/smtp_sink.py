"""A mail server of its own process that accepts everything and writes down which message it got."""

import asyncio
from pathlib import Path

LONGEST_LINE = 1_000_000


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Path) -> None:
    """One connection. A message counts from the moment its last dot was read."""

    async def say(line: str) -> None:
        writer.write(f"{line}\r\n".encode())
        await writer.drain()

    with log.open("a", buffering=1) as kept:
        await say("220 sink")
        try:
            while verb := (await reader.readline()).split(b" ")[0].strip().upper():
                if verb == b"DATA":
                    await say("354 go on")
                    kept.write(f"{await _message(reader)}\n")
                    await say("250 kept")
                elif verb == b"QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 sink")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
    writer.close()


async def _message(reader: asyncio.StreamReader) -> str:
    text = await reader.readuntil(b"\r\n.\r\n")
    for line in text.split(b"\r\n"):
        if line.lower().startswith(b"message-id:"):
            return line.split(b"<")[1].split(b"@")[0].decode()
    return ""


async def _run(port: int, log: Path) -> None:
    server = await asyncio.start_server(
        lambda r, w: _serve(r, w, log), "127.0.0.1", port, limit=LONGEST_LINE
    )
    async with server:
        await server.serve_forever()


def serve(port: int, log: Path) -> None:
    asyncio.run(_run(port, log))
