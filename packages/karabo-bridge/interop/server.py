"""python3 server.py SOCKET VERSION: the facility's own server, until standard input ends; prints its address first."""
import queue
import sys
import threading

import numpy as np
from karabo_bridge import ServerInThread

socket, version = sys.argv[1:]
server = ServerInThread('tcp://127.0.0.1:*', sock=socket, maxlen=2, protocol_version=version)
server.start()
print(server.endpoint, flush=True)
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
tid = 10000000000
while not stop.is_set():
    tid += 1
    image = np.arange(6, dtype='u2').reshape(2, 3) + tid % 1000
    data = {'DET/IMG/1': {'image': image, 'big': image.astype('>u4'), 'gain': np.float32(0.5), 'count': 7, 'name': 'µ', 'big.int': 2**63}}
    meta = {'DET/IMG/1': {'source': 'DET/IMG/1', 'timestamp': 5.0, 'timestamp.sec': '5', 'timestamp.frac': '0' * 18, 'timestamp.tid': tid}}
    try:
        server.feed(data, meta, timeout=0.05)
    except queue.Full:
        tid -= 1
    stop.wait(0.005)
server.stop()
