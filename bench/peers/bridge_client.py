"""python3 bridge_client.py ENDPOINT SECONDS: reads trains with the facility's client; prints messages and seconds."""
import sys
import time

from karabo_bridge import Client

client = Client(sys.argv[1], timeout=20)
for _ in range(5):
    client.next()
count, began = 0, time.perf_counter()
while time.perf_counter() - began < float(sys.argv[2]):
    data, meta = client.next()
    assert data['DET']['image.data'].size > 0
    count += 1
print(count, time.perf_counter() - began)
