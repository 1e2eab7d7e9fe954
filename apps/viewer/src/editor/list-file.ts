/** The file of the list that a place in the code means: the yard says whole paths, the list's are below its folder. The longest that fits. */
export function listFile(paths: readonly string[], file: string): string | undefined {
  const whole = file.replaceAll('\\', '/');
  return paths.filter((path) => whole === path || whole.endsWith(`/${path}`)).sort((a, b) => b.length - a.length)[0];
}
