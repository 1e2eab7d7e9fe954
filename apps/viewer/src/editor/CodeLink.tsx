import { formatWhere } from '../ui/format.ts';
import { useOpenAt, type CodePlace } from './open-at.ts';

/** `views.ts:12:5`; a click opens the editor there, where there is one. */
export function CodeLink({ place }: { readonly place: Partial<CodePlace> | undefined }) {
  const openAt = useOpenAt();
  if (place?.file === undefined) return null;
  const { file, line, column } = place;
  const text = formatWhere({ file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) });
  if (!openAt) return <code className="where" title={file}>{text}</code>;
  return <button type="button" className="link" title={`Open ${file} in the editor`} onClick={() => openAt({ file, line, column })}><code className="where">{text}</code></button>;
}
