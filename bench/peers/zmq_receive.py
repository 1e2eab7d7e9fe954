"""python3 zmq_receive.py copy|nocopy|client ENDPOINT SECONDS: takes trains with pyzmq or with karabo_bridge.Client; prints trains and seconds."""
import sys
import time

how, endpoint, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
if how == 'client':
    from karabo_bridge import Client

    client = Client(endpoint, timeout=20)
    take = client.next
else:
    import zmq

    socket = zmq.Context().socket(zmq.REQ)
    socket.connect(endpoint)

    def take():
        socket.send(b'next')
        frames = socket.recv_multipart(copy=how == 'copy')
        assert len(frames[-1]) > 0


for _ in range(5):
    take()
count, began = 0, time.perf_counter()
while time.perf_counter() - began < seconds:
    take()
    count += 1
print(count, time.perf_counter() - began)
