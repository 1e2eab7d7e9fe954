/** A pattern of `*`, `?` and `[abc]` (`[!abc]`), as the shell's and Python's fnmatch, case-sensitive; the whole name must fit. */
export function matcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\[(!?)(\]?[^\]]*)\]|[*?]|[^*?[]+|\[/g, (part, not: string | undefined, set: string | undefined) => {
    if (set) return `[${not ? '^' : ''}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 'su');
  return (name) => expression.test(name);
}

/** Whether a text is a pattern and not just a name. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}
