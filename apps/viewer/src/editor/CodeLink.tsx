import { formatWhere } from '../ui/format.ts';
import { useOpenAt, type CodePlace } from './open-at.ts';

/** `views.ts:12:5`; a click opens the editor there, where there is one. */
export function CodeLink({ place }: { readonly place: CodePlace }) {
  const openAt = useOpenAt();
  const text = formatWhere({ file: place.file, ...(place.line !== undefined && { line: place.line }), ...(place.column !== undefined && { column: place.column }) });
  if (!openAt) return <code className="where" title={place.file}>{text}</code>;
  return <button type="button" className="link where" title={`Open ${place.file} in the editor`} onClick={() => openAt(place)}><code>{text}</code></button>;
}
