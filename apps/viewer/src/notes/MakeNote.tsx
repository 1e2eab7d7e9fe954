import { useEffect, useState, type FormEvent } from 'react';
import { MyNameField } from '../controls/MyNameField.tsx';
import { fragmentOf } from '../layout/url-sync.ts';
import { useLayoutStore } from '../layout/use-layout.ts';
import type { PanelExports } from '../panels/panel-exports.ts';
import { useStore } from '../panels/use-yard.ts';
import { Modal } from '../ui/Modal.tsx';
import { say } from '../ui/notices.ts';
import { pagePicture } from './page-picture.ts';
import { postNote } from './use-notes.ts';
import './notes.css';

/** A note on what is seen now: the picture, the train and the link are those of the moment when it was begun. */
export function MakeNote({ panel, onClose }: { readonly panel?: { readonly key: string; readonly title: string; readonly exports: PanelExports }; readonly onClose: () => void }) {
  const layout = useLayoutStore();
  const store = useStore();
  const [trainId] = useState(() => store.snapshot().frozen ?? store.snapshot().state?.trains.lastTrainId);
  const [seen, setSeen] = useState<{ readonly picture?: Blob | undefined; readonly url?: string; readonly link: string }>();
  const [withPicture, setWithPicture] = useState(true);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let url: string | undefined;
    let over = false;
    void Promise.all([panel ? panel.exports.png?.().catch(() => undefined) : pagePicture(), fragmentOf(layout, store.snapshot().frozen, panel ? { large: panel.key } : {})]).then(([picture, link]) => {
      if (over) return;
      url = picture && URL.createObjectURL(picture);
      setSeen({ picture, link, ...(url && { url }) });
    });
    return () => {
      over = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, []);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = (new FormData(event.currentTarget).get('text') as string).trim();
    setSending(true);
    try {
      await postNote({ text, trainId, link: seen?.link, picture: withPicture ? seen?.picture : undefined });
      say('The note is kept.', 'good');
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
      setSending(false);
    }
  };
  return (
    <Modal title={panel ? `Note on ${panel.title}` : 'Note on this page'} onClose={onClose}>
      <form className="make-note" onSubmit={(event) => void submit(event)}>
        <label>What is there to see?<textarea name="text" rows={4} maxLength={10_000} autoFocus /></label>
        {seen?.url && withPicture && <img src={seen.url} alt="What is seen now" />}
        {seen && !seen.picture && <p className="hint">There is nothing here that a picture could be made of.</p>}
        {seen?.picture && <label className="check"><input type="checkbox" checked={withPicture} onChange={(event) => setWithPicture(event.target.checked)} />with this picture</label>}
        <MyNameField />
        {problem && <p className="failed" role="alert">{problem}</p>}
        <p className="buttons"><span className="hint">{trainId !== undefined && `train ${trainId}`}</span><button type="button" onClick={onClose}>Cancel</button><button type="submit" className="primary" disabled={!seen || sending}>Keep the note</button></p>
      </form>
    </Modal>
  );
}
