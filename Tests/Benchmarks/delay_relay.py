"""A TCP relay that holds every byte for a while, as a long way does: delay_relay.py PORT TARGET-PORT MILLISECONDS."""
import asyncio
import socket
import sys

port, target, delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000


async def forward(reader, writer):
    loop = asyncio.get_running_loop()
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while piece := await reader.read(65536):
        loop.call_later(delay, writer.write, piece)
    loop.call_later(delay, writer.close)


async def serve(reader, writer):
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
    await asyncio.gather(forward(reader, there_writer), forward(there_reader, writer), return_exceptions=True)


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


asyncio.run(main())
