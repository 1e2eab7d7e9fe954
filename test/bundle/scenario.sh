#!/bin/bash
# A user's first minutes with the unpacked bundle: scenario.sh BUNDLE WORK. Prints "ok NAME" for each thing that worked.
# Runs with a PATH that holds next to nothing, in a network with the loopback only where that is possible.
set -eu
bundle=$1 work=$2
mkdir "$work/tools" "$work/home" "$work/elsewhere"
for tool in bash readlink dirname sleep sed ln cat; do ln -s "$(command -v $tool)" "$work/tools/$tool"; done
export PATH=$work/tools HOME=$work/home
unset XDG_RUNTIME_DIR XDG_DATA_HOME XDG_CONFIG_HOME TRAINYARD_PACKS NODE_PATH NODE_OPTIONS || true
cd "$work/elsewhere"
ln -s "$bundle/bin/yard" "$work/yard"
yard=$work/yard
if command -v node > /dev/null; then echo "a node is in PATH"; exit 1; fi
if (echo x > "$bundle/written") 2> /dev/null; then echo "the bundle can be written"; exit 1; fi
echo "ok read-only as $EUID"

"$yard" --version; echo "ok version"
"$yard" doctor; echo "ok doctor"
"$yard" sim --write "$work/p900001/raw/r0001" --no-detector --trains 10
echo "ok sim"
"$yard" run "$bundle/examples/timing-tool/views.ts" --run "$work/p900001/raw/r0001" --out "$work/out.h5" --json | sed -n '$p'
echo "ok run"

cat > "$work/elsewhere/views.ts" <<'VIEWS'
import { view } from '@trainyard/core';
export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
VIEWS
"$yard" run "$work/elsewhere/views.ts" --run "$work/p900001/raw/r0001" --json | sed -n '$p'
echo "ok own views"

"$yard" sim --endpoint 'tcp://127.0.0.1:*' --no-detector --json > "$work/sim.txt" &
sim=$!
wait_for() { for _ in $(seq_to 100); do [ -s "$1" ] && return; sleep 0.2; done; echo "nothing came in $1"; exit 1; }
seq_to() { local i; for ((i = 0; i < $1; i++)); do echo $i; done; }
wait_for "$work/sim.txt"
endpoint=$(sed -n 's/.*"endpoint":"\([^"]*\)".*/\1/p' "$work/sim.txt")
"$yard" live "$bundle/examples/timing-tool/views.ts" --stream "$endpoint" > "$work/live.txt" &
live=$!
wait_for "$work/live.txt"
"$bundle/bin/node" -e '
const url = require("node:fs").readFileSync(process.argv[1], "utf8").trim().split("\n")[0];
fetch(url).then(async (page) => {
  const text = await page.text();
  const script = /src="([^"]+\.js)"/.exec(text);
  const code = script && await fetch(new URL(script[1], url));
  console.log(page.status, text.includes("root"), code && code.status);
  process.exit(page.status === 200 && code && code.status === 200 ? 0 : 1);
}, (error) => { console.log(url, error.cause ?? error); process.exit(1); });
' "$work/live.txt"
echo "ok page"
kill "$live" "$sim"
wait "$live" && exit 1 || [ $? = 130 ]
wait "$sim" || [ $? = 130 ]
echo "ok end"
