"""Speaks to ws_echo_server with another WebSocket implementation (python3-websockets), compressed and not.

usage: ws_interop.py PATH_OF_WS_ECHO_SERVER. Exits 77 where the module is not installed.
"""

import asyncio
import random
import subprocess
import sys

try:
    import websockets
    from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory as Deflate
except ImportError:
    print("python3-websockets is not installed")
    sys.exit(77)

SIZES = [0, 1, 125, 126, 127, 255, 256, 1000, 65535, 65536, 65537, 1000000]

OFFERS = {
    "plain": None,
    "deflate": [Deflate()],
    "deflate, small windows": [Deflate(server_max_window_bits=9, client_max_window_bits=9)],
    "deflate, no takeover": [Deflate(server_no_context_takeover=True, client_no_context_takeover=True)],
}


def sample(size):
    piece = "".join(random.choices('abcdefé{}":0123 ', k=min(size, 5000)))
    return (piece * (size // max(len(piece), 1) + 1))[:size]


async def check(url, offer):
    async with websockets.connect(url, compression=None, extensions=offer, max_size=None) as peer:
        assert bool(peer.extensions) == bool(offer), "the extension was not agreed on"
        for size in SIZES:
            text = sample(size)
            await peer.send(text)
            assert await peer.recv() == text, size
            binary = random.randbytes(size)
            await peer.send(binary)
            assert await peer.recv() == binary, size
        await peer.send(["in ", "three ", "fragments"])
        assert await peer.recv() == "in three fragments"
        await (await peer.ping(b"x" * 125))

        async def send_many():
            for number in range(2000):
                await peer.send(f"{number} " + "x" * 300)

        sending = asyncio.create_task(send_many())
        for number in range(2000):
            assert (await peer.recv()).startswith(f"{number} ")
        await sending
    assert peer.close_code == 1000, peer.close_code


async def main():
    server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        for name, offer in OFFERS.items():
            await asyncio.wait_for(check(url, offer), 60)
            print(f"ok: {name}")
        async with websockets.connect(url) as peer:
            server.terminate()
            await asyncio.wait_for(peer.wait_closed(), 60)
            assert peer.close_code == 1001, peer.close_code
        assert server.wait(60) == 0
        print("ok: going away")
    finally:
        server.kill()


random.seed(1)
asyncio.run(main())
