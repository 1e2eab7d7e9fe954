import { useEffect, useRef, useState } from 'react';
import { useStore, useYard } from '../panels/use-yard.ts';
import { keptText } from './kept-text.ts';
import { stepFrom } from './step-from.ts';
import './freeze.css';

/** Stops all panels at one train and goes back and forth through those before; the yard itself goes on. Space, and left and right while it is stopped. */
export function FreezeBar() {
  const store = useStore();
  const frozen = useYard(({ frozen }) => frozen);
  const trains = frozen === undefined ? [] : store.pastTrains();
  const at = trains.findLastIndex((train) => train <= (frozen ?? 0));
  const [kept, setKept] = useState('');
  const count = () => setKept(keptText(store.pastTrains(), store.wholeSince(), store.snapshot().state?.source.player === undefined));
  const toggle = () => store.freeze(store.snapshot().frozen === undefined ? store.pastTrains().at(-1) : undefined);
  const step = (by: number) => {
    const now = store.snapshot().frozen;
    if (now !== undefined) store.freeze(stepFrom(store.pastTrains(), now, by));
  };
  const onKey = useRef<(event: KeyboardEvent) => void>(() => {});
  onKey.current = (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || !(target === document.body || target.matches('.panel') || target.closest('.freeze'))) return;
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as Record<string, number>)[event.key];
    // Space on a button is a click on it.
    if (event.key === ' ' && !target.closest('button')) toggle();
    else if (by !== undefined && store.snapshot().frozen !== undefined && !target.matches('input')) step(event.shiftKey ? by * 10 : by);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey.current(event);
    // Before the keys that go from panel to panel.
    addEventListener('keydown', listener, true);
    return () => removeEventListener('keydown', listener, true);
  }, []);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-frozen', frozen !== undefined);
  }, [frozen !== undefined]);
  return (
    <>
      <button type="button" className="freeze-button" aria-pressed={frozen !== undefined} title={`All panels stand still, and can be gone back through (space). ${kept}`} onPointerEnter={count} onFocus={count} onClick={toggle}>{frozen === undefined ? '❚❚ Freeze' : '▶ Live'}</button>
      {frozen !== undefined && (
        <div className="banner freeze" role="group" aria-label="Frozen">
          <strong>Frozen at train {frozen}</strong>
          <button type="button" aria-label="One train back" title="One train back (←, ten with Shift)" disabled={at <= 0} onClick={() => step(-1)}>◀</button>
          <input type="range" aria-label="Train" min={0} max={Math.max(0, trains.length - 1)} value={Math.max(0, at)} aria-valuetext={`train ${frozen}`} onChange={(event) => store.freeze(trains[Number(event.target.value)])} />
          <button type="button" aria-label="One train on" title="One train on (→, ten with Shift)" disabled={at >= trains.length - 1} onClick={() => step(1)}>▶</button>
          <output title={keptText(trains, store.wholeSince(), false)}>{at + 1} of {trains.length} kept</output>
          <span className="hint">The yard goes on; other pages are live.</span>
          <button type="button" onClick={toggle}>Live again</button>
        </div>
      )}
    </>
  );
}
