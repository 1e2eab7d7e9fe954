import { useRef, useState } from 'react';
import type { Player } from '@trainyard/control';
import { useLookOnly } from '../panels/use-role.ts';
import { useStore, useYard } from '../panels/use-yard.ts';
import { say } from '../ui/notices.ts';

type Change = Partial<Pick<Player, 'paused' | 'index' | 'rate' | 'loop'>>;

const rates = [1, 2, 5, 10, 20, 50] as const;

/** The train slider of recorded data; absent for a stream. */
export function PlayerBar() {
  const player = useYard(({ state }) => state?.source.player);
  return player ? <Bar player={player} /> : null;
}

function Bar({ player }: { readonly player: Player }) {
  const why = useLookOnly();
  const { play, draft } = usePlay();
  const { paused, index, trains, trainId, rate, loop } = player;
  const shown = draft ?? index;
  const last = Math.max(0, trains - 1);
  const step = (by: number) => play({ paused: true, index: Math.min(last, Math.max(0, shown + by)) });
  return (
    <div className="player" role="toolbar" aria-label="Recorded trains" title={why}>
      <button type="button" aria-label="One train back" disabled={why !== undefined || shown <= 0} onClick={() => step(-1)}>◂</button>
      <button type="button" className="primary" aria-label={paused ? 'Play' : 'Pause'} disabled={why !== undefined} onClick={() => play(paused && shown >= last ? { paused: false, index: 0 } : { paused: !paused })}>{paused ? '▶' : '❚❚'}</button>
      <button type="button" aria-label="One train on" disabled={why !== undefined || shown >= last} onClick={() => step(1)}>▸</button>
      <input type="range" aria-label="Train" min={0} max={last} value={shown} disabled={why !== undefined} aria-valuetext={`train ${shown + 1} of ${trains}`} onChange={(event) => play({ index: Number(event.target.value) })} />
      <output aria-label="Train shown">{shown + 1} of {trains}{draft === undefined && <span className="hint"> train {trainId}</span>}</output>
      <label>speed <select value={rate} disabled={why !== undefined} onChange={(event) => play({ rate: Number(event.target.value) })}>
        <option value={0}>as fast as it can</option>
        {[...new Set([...rates, ...(rate > 0 ? [rate] : [])])].sort((a, b) => a - b).map((one) => <option key={one} value={one}>{one} trains/s</option>)}
      </select></label>
      <label className="check"><input type="checkbox" checked={loop} disabled={why !== undefined} onChange={(event) => play({ loop: event.target.checked })} />again from the start</label>
    </div>
  );
}

/** One request under way; what was wanted meanwhile is sent as one when it is answered, so that a slider ends where it was left. */
function usePlay(): { readonly play: (change: Change) => void; readonly draft: number | undefined } {
  const store = useStore();
  const waiting = useRef<Change>();
  const busy = useRef(false);
  const [draft, setDraft] = useState<number>();
  const flush = async () => {
    if (busy.current) return;
    busy.current = true;
    while (waiting.current) {
      const change = waiting.current;
      waiting.current = undefined;
      const reply = await store.request({ verb: 'play', ...change });
      if (!reply.ok) say(reply.message);
    }
    busy.current = false;
    setDraft(undefined);
  };
  const play = (change: Change) => {
    waiting.current = { ...waiting.current, ...change };
    if (change.index !== undefined) setDraft(change.index);
    void flush();
  };
  return { play, draft };
}
