/** The line (from 1) where a parameter is declared: an entry of `parameters({ ... })`, or a field with `@Param`, also where that stands above it. */
export function findDeclaration(text: string, name: string): number | undefined {
  const word = String.raw`(?<![\w$.])${name.replaceAll(/[^\w]/g, String.raw`\$&`)}(?![\w$])`;
  for (const { index } of text.matchAll(/\bparameters\s*\(/g)) {
    const end = closing(text, text.indexOf('(', index));
    const entry = new RegExp(String.raw`[{,]\s*(?://.*\s*)*(['"]?${word}['"]?\s*:)`, 'd').exec(text.slice(index, end));
    if (entry) return lineAt(text, index + entry.indices![1]![0]);
  }
  const field = new RegExp(String.raw`@Param\b[^;]*?(${word}\s*(?::[^=;]+)?=)`, 'd').exec(text);
  return field ? lineAt(text, field.indices![1]![0]) : undefined;
}

/** The bracket that closes the one at `open`; brackets in strings do not occur in what is looked for, and would only end it early. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if ('([{'.includes(text[at])) depth++;
    else if (')]}'.includes(text[at]) && --depth === 0) return at;
  }
  return text.length;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;
