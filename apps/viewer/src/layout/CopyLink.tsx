import { useEffect, useRef, useState } from 'react';
import { keptToken, linkTo } from '../connection/page-token.ts';
import { useStore, useYard } from '../panels/use-yard.ts';
import { Modal } from '../ui/Modal.tsx';
import { fragmentOf } from './url-sync.ts';
import { useLayoutStore } from './use-layout.ts';

/** The address under which somebody else sees the same: to look, or as this page. `large`: with this panel alone. */
export function CopyLink({ large, onClose }: { readonly large?: string; readonly onClose: () => void }) {
  const layout = useLayoutStore();
  const store = useStore();
  const hello = useYard(({ hello }) => hello);
  const own = new URL(location.href).searchParams.get('token') ?? keptToken(new URL(location.href));
  const [as, setAs] = useState<'look' | 'own'>(hello?.lookToken === undefined ? 'own' : 'look');
  const [fragment, setFragment] = useState('');
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void fragmentOf(layout, store.snapshot().frozen, large === undefined ? {} : { large }).then(setFragment);
  }, [layout, store, large]);
  const link = linkTo(location, as === 'look' ? (hello?.lookToken ?? null) : own, fragment);
  const copy = async () => {
    field.current?.select();
    // Where a page may not write to the clipboard, the text is selected: Ctrl+C takes it.
    await navigator.clipboard?.writeText(link).then(() => setCopied(true), () => {});
  };
  return (
    <Modal title={large === undefined ? 'Link to this page' : 'Link to this panel'} onClose={onClose}>
      {hello?.lookToken !== undefined && (
        <fieldset>
          <label className="check"><input type="radio" name="as" checked={as === 'look'} onChange={() => setAs('look')} />to look only</label>
          <label className="check"><input type="radio" name="as" checked={as === 'own'} onChange={() => setAs('own')} />to change parameters, code and layouts as well</label>
        </fieldset>
      )}
      <p className="line"><input ref={field} readOnly aria-label="Address" value={link} onFocus={(event) => event.target.select()} /><button type="button" className="primary" onClick={() => void copy()}>{copied ? 'Copied' : 'Copy'}</button></p>
      <p className="hint">{/^(127\.|localhost$|\[?::1)/.test(location.hostname) ? 'It leads to this machine’s own port: who opens it elsewhere forwards the same port first.' : new URL(link).searchParams.has('token') ? 'It holds the key to this yard: give it to whom you would let in.' : 'Who opens it is asked to log in.'}</p>
    </Modal>
  );
}
