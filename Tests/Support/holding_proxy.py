"""A TCP proxy that lets every connection send so many bytes and then holds what follows, as a network that stalls.

usage: holding_proxy.py PORT TARGET-PORT BYTES
It prints `ready`, and `held` when it first holds a connection. Connections that send less pass untouched.
"""
import asyncio
import sys

port, target, limit = map(int, sys.argv[1:])


async def forward(reader, writer, allowance):
    try:
        while piece := await reader.read(65536):
            if allowance is not None and len(piece) > allowance:
                print("held", flush=True)
                # Until the client closes: at some point it has sent all that fits into the buffers.
                while await reader.read(1):
                    await asyncio.sleep(3600)
                break
            if allowance is not None:
                allowance -= len(piece)
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def serve(reader, writer):
    server_reader, server_writer = await asyncio.open_connection("127.0.0.1", target)
    back = asyncio.create_task(forward(server_reader, writer, None))
    await forward(reader, server_writer, limit)
    await back


async def main():
    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        print("ready", flush=True)
        await server.serve_forever()


asyncio.run(main())
