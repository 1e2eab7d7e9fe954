/** The file of a thread's code beside ours: `.ts` when we run from the sources, `.js` when built. */
export function threadOf(beside: string, name: string): URL {
  return new URL(`./${name}${beside.endsWith('.ts') ? '.ts' : '.js'}`, beside);
}
