import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EditorTypes } from '@trainyard/control';

/** Views to begin from: the short ones of `examples/snippets`, whose first line is their title, then each example whose views file stands alone, by the heading of its page. */
export function readSnippets(examples: string | undefined): EditorTypes['snippets'] {
  if (examples === undefined) return [];
  const folder = join(examples, 'snippets');
  const short = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.ts')).sort().map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name: name.slice(0, -3), title: /^\/\/ (.*)/.exec(text)?.[1] ?? name, text };
  });
  const whole = readdirSync(examples).sort().flatMap((name) => {
    const file = join(examples, name, 'views.ts');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    // What imports a file beside it is of no use without it.
    if (text === undefined || /^import .* from '\./m.test(text)) return [];
    const page = join(examples, name, 'README.md');
    const heading = existsSync(page) ? /^# (.*)/m.exec(readFileSync(page, 'utf8'))?.[1] : undefined;
    return [{ name, title: heading ?? name, text }];
  });
  return [...short, ...whole];
}
