"""python3 bridge_server.py BYTES: answers `next` with trains of one array each, four of them in turn, until standard input ends."""
import sys
import threading

import numpy as np
import zmq
from karabo_bridge.serializer import serialize

size = int(sys.argv[1])
messages = []
for i in range(4):
    image = np.random.default_rng(i).integers(0, 4096, size // 2, dtype='u2').reshape(-1, 1024 if size >= 2048 else 1)
    meta = {'source': 'DET', 'timestamp': 1.5, 'timestamp.sec': '1', 'timestamp.frac': '5'.ljust(18, '0'), 'timestamp.tid': 10**10 + i}
    messages.append(serialize({'DET': {'image.data': image}}, {'DET': meta}))
threading.Thread(target=lambda: (sys.stdin.read(), __import__('os')._exit(0)), daemon=True).start()
context = zmq.Context()
socket = context.socket(zmq.REP)
socket.bind('tcp://127.0.0.1:*')
print(socket.getsockopt_string(zmq.LAST_ENDPOINT), flush=True)
n = 0
while True:
    socket.recv()
    socket.send_multipart(messages[n % 4], copy=False)
    n += 1
