import { useState } from 'react';
import type { ActionState, CollectingProgress, ConstantState, ParameterState } from '@trainyard/control';
import { useStore, useYard } from '../panels/use-yard.ts';
import { formatAge, formatClock, formatShape } from '../ui/format.ts';
import { ParameterInput } from './ParameterInput.tsx';

const none: readonly never[] = [];

/** Parameters, actions and kept constants, by group in the user's order. Absent when the list has none. */
export function Controls() {
  const parameters = useYard(({ state }) => state?.parameters ?? none);
  const actions = useYard(({ state }) => state?.actions ?? none);
  const constants = useYard(({ state }) => state?.constants ?? none);
  const groups = [...new Set([...parameters, ...actions, ...constants].map(({ group }) => group))];
  if (groups.length === 0) return null;
  return (
    <aside className="controls" aria-label="Parameters and actions">
      {groups.map((group) => (
        <Group key={group} group={group} parameters={parameters.filter((p) => p.group === group)} actions={actions.filter((a) => a.group === group)} constants={constants.filter((c) => c.group === group)} />
      ))}
    </aside>
  );
}

function Group({ group, parameters, actions, constants }: { readonly group: string; readonly parameters: readonly ParameterState[]; readonly actions: readonly ActionState[]; readonly constants: readonly ConstantState[] }) {
  return (
    <section className="group" aria-label={group || 'Parameters'}>
      <h2>{group || 'Parameters'}</h2>
      {parameters.map((parameter) => <ParameterInput key={parameter.name} parameter={parameter} />)}
      {actions.map((action) => <ActionButton key={action.name} action={action} />)}
      {constants.map((constant) => <ConstantLine key={constant.name} constant={constant} />)}
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
