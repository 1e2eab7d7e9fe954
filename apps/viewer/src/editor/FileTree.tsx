import { useState } from 'react';
import { formatBytes } from '../ui/format.ts';
import type { EditorSession, EditorShown } from './editor-session.ts';

/** The files of the list's folder: what runs is bold, what is not saved has a dot. */
export function FileTree({ session, shown }: { readonly session: EditorSession; readonly shown: EditorShown }) {
  const [name, setName] = useState<string>();
  const make = () => {
    if (name?.trim()) session.create(name.trim().replace(/^\/+/, ''));
    setName(undefined);
  };
  return (
    <nav className="file-tree" aria-label="Files">
      <div className="file-tree-head"><h2>Files</h2><button type="button" className="link" onClick={() => setName('')}>new file</button></div>
      {name !== undefined && (
        <input autoFocus aria-label="Name of the new file" placeholder="folder/name.ts" value={name} onChange={(event) => setName(event.target.value)} onBlur={make}
          onKeyDown={(event) => event.key === 'Enter' ? make() : event.key === 'Escape' && setName(undefined)} />
      )}
      <ul>
        {shown.files.map(({ path, used, bytes, tooLarge }) => {
          const dirty = shown.dirty.has(path);
          const folder = path.slice(0, path.lastIndexOf('/') + 1);
          return (
            <li key={path}>
              <button type="button" aria-current={path === shown.open ? 'true' : undefined} className={used ? 'used' : ''} disabled={tooLarge} title={tooLarge ? `${path} is too large to be edited here: ${formatBytes(bytes)}` : used ? `${path}: it runs` : path} aria-label={`${path}${dirty ? ', not saved' : ''}`} onClick={() => session.open({ file: path })}>
                <span className="hint">{folder}</span>{path.slice(folder.length)}{dirty && <span className="unsaved" aria-hidden="true">●</span>}{tooLarge && <span className="hint"> too large: {formatBytes(bytes)}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
