import { useState } from 'react';
import type { ActionState, CollectingProgress, ConstantState, ParameterState } from '@trainyard/control';
import { useLookOnly } from '../panels/use-role.ts';
import { useStore, useStored, useYard } from '../panels/use-yard.ts';
import { formatAge, formatClock, formatShape } from '../ui/format.ts';
import { MyNameField } from './MyNameField.tsx';
import { ParameterInput } from './ParameterInput.tsx';

const none: readonly never[] = [];
/** With more than so many there is a filter. */
const many = 12;

/** Parameters, actions and kept constants, by group in the user's order. Absent when the list has none. */
export function Controls() {
  const parameters = useYard(({ state }) => state?.parameters ?? none);
  const actions = useYard(({ state }) => state?.actions ?? none);
  const constants = useYard(({ state }) => state?.constants ?? none);
  const why = useLookOnly();
  const [filter, setFilter] = useState('');
  const all = [...parameters, ...actions, ...constants];
  if (all.length === 0) return null;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ group, name, title = '' }: { readonly group: string; readonly name: string; readonly title?: string }) => words.every((word) => `${group} ${name} ${title}`.toLowerCase().includes(word));
  const groups = [...new Set(all.filter(fits).map(({ group }) => group))];
  return (
    <aside className="controls" id="controls" aria-label="Parameters and actions">
      {why === undefined ? <MyNameField /> : <p className="hint">{why}</p>}
      {all.length > many && <input type="search" placeholder="Find a parameter" aria-label="Find a parameter" value={filter} onChange={(event) => setFilter(event.target.value)} />}
      <fieldset disabled={why !== undefined} title={why}>
        {groups.map((group) => (
          <Group key={group} group={group} parameters={parameters.filter((p) => p.group === group && fits(p))} actions={actions.filter((a) => a.group === group && fits(a))} constants={constants.filter((c) => c.group === group && fits(c))} />
        ))}
      </fieldset>
      {groups.length === 0 && <p className="hint">Nothing matches “{filter}”.</p>}
    </aside>
  );
}

function Group({ group, parameters, actions, constants }: { readonly group: string; readonly parameters: readonly ParameterState[]; readonly actions: readonly ActionState[]; readonly constants: readonly ConstantState[] }) {
  const [open, setOpen] = useStored(`group:${group}`, true);
  const name = group || 'Parameters';
  return (
    <section className="group" aria-label={name}>
      {/* Not a button: it works in a fieldset that is disabled, too. */}
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary><h2>{name}</h2></summary>
        {parameters.map((parameter) => <ParameterInput key={parameter.name} parameter={parameter} />)}
        {actions.map((action) => <ActionButton key={action.name} action={action} />)}
        {constants.map((constant) => <ConstantLine key={constant.name} constant={constant} />)}
      </details>
    </section>
  );
}

function ActionButton({ action }: { readonly action: ActionState }) {
  const store = useStore();
  const [answer, setAnswer] = useState<{ text: string; ok: boolean }>();
  const { progress } = action;
  const ask = (verb: 'action' | 'cancel') => {
    setAnswer(undefined);
    void store.request({ verb, group: action.group, name: action.name }).then((reply) => setAnswer({ text: reply.message ?? '', ok: reply.ok }));
  };
  return (
    <div className="action">
      <button type="button" onClick={() => ask('action')} disabled={progress !== undefined}>{action.title}</button>
      {progress && (<>
        <label className="progress">
          <progress value={progress.done} max={progress.of} aria-label={`${action.title}: trains collected`} /> {progressText(progress)}
        </label>{' '}
        <button type="button" className="link" aria-label={`Cancel ${action.title}`} onClick={() => ask('cancel')}>cancel</button>
      </>)}
      {answer && !answer.ok ? <p className="note failed" role="alert">{answer.text}</p> : <p className="note">{action.message ?? answer?.text ?? ''}</p>}
    </div>
  );
}

/** An action counts its trains; a scan its points, the trains of the one at hand, and how long the rest takes. */
function progressText({ done, of, point, points, train, trains, leftMs }: CollectingProgress): string {
  if (point === undefined) return `${done} of ${of} trains`;
  const left = leftMs === undefined ? '' : `, ${formatAge(leftMs)} left`;
  return `point ${point}${points === undefined ? '' : ` of ${points}`}, train ${train} of ${trains}${left}`;
}

/** A kept constant; clearing it asks once more, as it cannot be undone. */
function ConstantLine({ constant: { name, recordedAt, shape } }: { readonly constant: ConstantState }) {
  const store = useStore();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState('');
  const clear = () => {
    setAsking(false);
    void store.request({ verb: 'clear', name }).then((reply) => setError(reply.ok ? '' : reply.message));
  };
  return (
    <div className="constant">
      <span><b>{name}</b> {recordedAt === undefined ? 'not recorded' : `recorded ${formatClock(recordedAt)}${shape ? `, ${formatShape(shape)}` : ''}`}</span>
      {recordedAt !== undefined && (asking
        ? <span><button type="button" className="danger" onClick={clear}>Clear it</button> <button type="button" onClick={() => setAsking(false)}>Keep</button></span>
        : <button type="button" className="link" aria-label={`Clear ${name}`} onClick={() => setAsking(true)}>clear</button>)}
      {error && <p className="note failed" role="alert">{error}</p>}
    </div>
  );
}
