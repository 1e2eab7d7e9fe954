import { useState, type FormEvent } from 'react';
import { routes } from '@trainyard/control';
import { keepToken } from './page-token.ts';
import { endpointUrl } from './socket-url.ts';

/** Asks for the password of a yard that wants one; what it answers to a right one is a token for this tab, with which the page begins anew. */
export function LoginForm() {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    const wrong = await logIn(new FormData(form).get('password') as string);
    if (wrong === '') return location.reload();
    setBusy(false);
    setError(wrong);
    form.reset();
    form.querySelector('input')?.focus();
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
    const { session, message } = (await response.json().catch(() => ({}))) as { session?: string; message?: string };
    if (!response.ok || session === undefined) return message ?? `The yard answered with ${response.status}.`;
    keepToken(session, location, history);
    return '';
  } catch {
    return 'The yard does not answer. Is it still running?';
  }
}
