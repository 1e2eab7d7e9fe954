import { useState } from 'react';
import type { Note } from '@trainyard/control';
import { useLookOnly } from '../panels/use-role.ts';
import { orSay } from '../ui/notices.ts';
import { pictureUrl, removeNote, useNotes } from './use-notes.ts';
import './notes.css';

/** What people noted, newest first, each with what was seen. */
export default function NotesPage() {
  const { notes, problem, more } = useNotes();
  const lookOnly = useLookOnly();
  const [search, setSearch] = useState('');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = notes?.filter((note) => words.every((word) => `${note.text} ${note.who} ${note.trainId ?? ''}`.toLowerCase().includes(word)));
  return (
    <main className="notes" aria-label="Notes">
      <div className="notes-head">
        <h2>Notes</h2>
        {notes && notes.length > 3 && <input type="search" aria-label="Search the notes" placeholder="Search" value={search} onChange={(event) => setSearch(event.target.value)} />}
        <span className="hint">{notes === undefined ? '' : notes.length === 0 ? 'None yet. "Note" in the line above keeps what you see with your words; so does the menu of a panel.' : `${found!.length} of ${more ? 'the newest ' : ''}${notes.length}`}</span>
      </div>
      {problem && <p className="failed" role="alert">{problem}</p>}
      <ol>{found?.map((note) => <NoteCard key={note.id} note={note} canRemove={lookOnly === undefined} />)}</ol>
      {more && <p><button type="button" onClick={more}>Older notes</button></p>}
    </main>
  );
}

function NoteCard({ note, canRemove }: { readonly note: Note; readonly canRemove: boolean }) {
  const [sure, setSure] = useState(false);
  const [large, setLarge] = useState(false);
  const when = new Date(note.at);
  return (
    <li className={large ? 'large' : ''}>
      {note.hasPicture && <button type="button" className="note-picture" aria-label={large ? 'Make the picture small' : 'Make the picture large'} onClick={() => setLarge(!large)}><img src={pictureUrl(note)} alt={`What was seen at ${when.toLocaleTimeString('en-GB')}`} loading="lazy" /></button>}
      <div className="note-words">
        <p className="hint"><time dateTime={when.toISOString()}>{when.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })}, {when.toLocaleTimeString('en-GB')}</time> · {note.who}{note.trainId !== undefined && ` · train ${note.trainId}`}</p>
        <p className="note-text">{note.text}</p>
        <p className="note-buttons">
          {note.link !== undefined && <button type="button" onClick={() => (location.hash = note.link!)}>Open what was seen</button>}
          {canRemove && (sure
            ? <><button type="button" className="danger" onClick={() => orSay(removeNote(note))}>Remove it for everybody</button><button type="button" onClick={() => setSure(false)}>Keep</button></>
            : <button type="button" className="link" onClick={() => setSure(true)}>Remove …</button>)}
        </p>
      </div>
    </li>
  );
}
