import { worstOf } from '../data/panel-status.ts';
import { useLayoutStore } from '../layout/use-layout.ts';
import { formatAge, formatRate } from '../ui/format.ts';
import type { SourceFacts } from './source-facts.ts';
import { useYard } from './use-yard.ts';

/** Outcome, age, rate and train ID of what is worst in the panel. A click asks why: of a view the health page, of a raw key `onWhy`. */
export function PanelFacts({ facts, title, onWhy }: { readonly facts: readonly SourceFacts[]; readonly title: string; readonly onWhy: () => void }) {
  const layout = useLayoutStore();
  const frozen = useYard(({ frozen }) => frozen);
  const worst = worstOf(facts);
  if (!worst) return null;
  // What stands still is not late.
  if (frozen !== undefined) {
    const shown = facts.find(({ channel }) => channel?.shown)?.channel?.shown;
    return <span className="facts"><span className="chip warn" title="All panels stand still; space makes them live again">frozen</span>{shown && <span className="train" title="Train ID shown">{shown.trainId}</span>}</span>;
  }
  const { source: { view, title: name }, status, ageMs, rate, trainId } = worst;
  const of = facts.length > 1 && status.tone !== 'good' ? `${name} of ${title}` : title;
  const why = { 'aria-label': `${status.word}: why ${of} shows this`, title: `${status.word}${of === title ? '' : `: ${name}`}. ${view ? 'Opens the health page' : 'Shows what is known of it'}` };
  const ask = () => (view ? layout.go({ page: 'health', about: view.id }) : onWhy());
  return (
    <span className="facts">
      {status.tone === 'good' ? <button type="button" className="icon" {...why} onClick={ask}><span className="dot good" /></button> : <button type="button" className={`chip ${status.tone}`} {...why} onClick={ask}>{status.word}</button>}
      {ageMs !== undefined && status.stale && <span className="old">{formatAge(ageMs)} old</span>}
      <span className="rate" title="Values a second">{rate === undefined ? '–' : formatRate(rate)}</span>
      {trainId !== undefined && <span className="train" title="Newest train ID shown">{trainId}</span>}
    </span>
  );
}
