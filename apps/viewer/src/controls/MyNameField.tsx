import { useId, useState } from 'react';
import { nobody, readName, setMyName, useMyName } from '../connection/my-name.ts';
import { useYard } from '../panels/use-yard.ts';

/** Whose changes these are, as the journal says it: a name given once. Where a proxy knows its people, theirs. */
export function MyNameField() {
  const id = useId();
  const proxied = useYard(({ hello }) => hello?.who);
  const { name, isAsked } = useMyName();
  const [text, setText] = useState<string>();
  const shown = text ?? name ?? '';
  const isWrong = shown.trim() !== '' && readName(shown) === undefined;
  const take = (next: string) => {
    setText(next);
    if (next.trim() === '' || readName(next) !== undefined) setMyName(readName(next));
  };
  if (proxied !== undefined) return <p className="my-name hint">Changes are journalled as <b>{proxied}</b>.</p>;
  return (
    <div className={`my-name${isAsked && name === undefined ? ' asked' : ''}`}>
      <label htmlFor={id}>Changes are journalled as</label>
      <input id={id} type="text" aria-label="Your name" placeholder={nobody} autoComplete="name" maxLength={60} value={shown} aria-invalid={isWrong} onChange={(event) => take(event.target.value)} onBlur={() => setText(isWrong ? text : undefined)} />
      {isWrong ? <p className="note failed" role="alert">Letters, numbers, spaces and ().,@_- .</p> : isAsked && name === undefined && <p className="note" role="status">That was changed as “{nobody}”. Give your name once, and the journal says who it was.</p>}
    </div>
  );
}
