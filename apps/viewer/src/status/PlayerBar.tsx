import { useRef, useState, type FormEvent, type MouseEvent } from 'react';
import type { Player } from '@trainyard/control';
import { useLookOnly } from '../panels/use-role.ts';
import { useStore, useYard } from '../panels/use-yard.ts';
import { say } from '../ui/notices.ts';

type Change = Partial<Pick<Player, 'paused' | 'index' | 'trainId' | 'rate' | 'loop'>>;

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
  /** Ten with Shift. */
  const step = (by: number, { shiftKey }: Pick<MouseEvent, 'shiftKey'>) => to(shown + (shiftKey ? 10 * by : by));
  const to = (index: number) => play({ paused: true, index: Math.min(last, Math.max(0, index)) });
  return (
    <div className="player" role="toolbar" aria-label="Recorded trains" title={why ?? 'There is one slider for all: who moves it moves it on every page of this yard'}>
      <button type="button" aria-label="One train back" title="One train back (ten with Shift)" disabled={why !== undefined || shown <= 0} onClick={(event) => step(-1, event)}>◂</button>
      <button type="button" className="primary" aria-label={paused ? 'Play' : 'Pause'} disabled={why !== undefined} onClick={() => play(paused && shown >= last ? { paused: false, index: 0 } : { paused: !paused })}>{paused ? '▶' : '❚❚'}</button>
      <button type="button" aria-label="One train on" title="One train on (ten with Shift)" disabled={why !== undefined || shown >= last} onClick={(event) => step(1, event)}>▸</button>
      <input type="range" aria-label="Train" min={0} max={last} value={shown} disabled={why !== undefined} aria-valuetext={`train ${shown + 1} of ${trains}`} onChange={(event) => play({ index: Number(event.target.value) })}
        onKeyDown={(event) => {
          const by = ({ ArrowLeft: -1, ArrowRight: 1 } as Record<string, number>)[event.key];
          if (by === undefined || !event.shiftKey) return;
          event.preventDefault();
          step(by, event);
        }} />
      <output aria-label="Train shown">{shown + 1} of {trains}</output>
      <TrainField trainId={draft === undefined ? trainId : undefined} disabled={why !== undefined} onGo={(wanted) => play({ paused: true, trainId: wanted })} />
      <label>speed <select value={rate} disabled={why !== undefined} onChange={(event) => play({ rate: Number(event.target.value) })}>
        <option value={0}>as fast as it can</option>
        {[...new Set([...rates, ...(rate > 0 ? [rate] : [])])].sort((a, b) => a - b).map((one) => <option key={one} value={one}>{one} trains/s</option>)}
      </select></label>
      <label className="check"><input type="checkbox" checked={loop} disabled={why !== undefined} onChange={(event) => play({ loop: event.target.checked })} />again from the start</label>
    </div>
  );
}

/** The ID of the train that is shown; Enter goes to another one. */
function TrainField({ trainId, disabled, onGo }: { readonly trainId: number | undefined; readonly disabled: boolean; readonly onGo: (trainId: number) => void }) {
  const [text, setText] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text !== undefined && /^\s*\d{1,15}\s*$/.test(text)) onGo(Number(text));
    else if (text !== undefined) say('A train ID is a whole number.');
    setText(undefined);
  };
  return (
    <form onSubmit={submit}>
      <label title="A train ID, and Enter: to that train, or to the first one recorded after it">train ID <input type="text" inputMode="numeric" size={11} disabled={disabled} value={text ?? trainId ?? ''}
        onChange={(event) => setText(event.target.value)} onBlur={() => setText(undefined)} onKeyDown={(event) => event.key === 'Escape' && setText(undefined)} /></label>
    </form>
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
    const { index, trainId, ...rest } = waiting.current ?? {};
    const isPlaced = change.index !== undefined || change.trainId !== undefined;
    waiting.current = { ...rest, ...(!isPlaced && index !== undefined && { index }), ...(!isPlaced && trainId !== undefined && { trainId }), ...change };
    if (isPlaced) setDraft(change.index);
    void flush();
  };
  return { play, draft };
}
