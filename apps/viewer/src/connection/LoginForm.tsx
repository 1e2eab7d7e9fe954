import { useState, type FormEvent } from 'react';
import { routes } from '@trainyard/control';
import { useStore } from '../panels/use-yard.ts';
import { endpointUrl } from './socket-url.ts';

/** Asks for the password of a yard that wants one; what it answers to a right one is a cookie. */
export function LoginForm() {
  const store = useStore();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    const wrong = await logIn(new FormData(form).get('password') as string);
    setBusy(false);
    setError(wrong);
    form.reset();
    if (wrong === '') store.retry();
    else form.querySelector('input')?.focus();
  };
  return (
    <main className="login">
      <form onSubmit={(event) => void send(event)} aria-label="Log in">
        <h1>Trainyard</h1>
        <p>This yard asks for its password. Who started it knows it.</p>
        <label>Password <input name="password" type="password" autoComplete="current-password" required autoFocus /></label>
        <button type="submit" className="primary" disabled={busy}>{busy ? 'Asking …' : 'Log in'}</button>
        {error && <p className="failed" role="alert">{error}</p>}
      </form>
    </main>
  );
}

/** What was wrong; empty when nothing was. */
async function logIn(password: string): Promise<string> {
  try {
    const response = await fetch(endpointUrl(routes.login, location), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ password }) });
    if (response.ok) return '';
    const { message } = (await response.json().catch(() => ({}))) as { message?: string };
    return message ?? `The yard answered with ${response.status}.`;
  } catch {
    return 'The yard does not answer. Is it still running?';
  }
}
