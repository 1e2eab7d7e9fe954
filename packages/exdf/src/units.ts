import type { KeyHome } from './key-home.ts';

/** Prefix and symbol of a key's unit, as `μJ`; undefined when it was not recorded. */
export function unitsOf({ files, section }: KeyHome, key: string, path: string): string | undefined {
  const file = files.find((candidate) => candidate.dataset(path));
  const dataset = file?.dataset(path);
  if (!file || !dataset) return undefined;
  // For control data the attributes of the key's group go before those of its value.
  const parent = section === 'CONTROL' && !key.endsWith('.timestamp') ? file.open().get(path.slice(0, path.lastIndexOf('/'))) : undefined;
  const attribute = (name: string): string | undefined => {
    const value = parent?.attribute(name) ?? dataset.attribute(name);
    return typeof value === 'string' ? value : undefined;
  };
  const symbol = attribute('unitSymbol');
  if (symbol === undefined) return undefined;
  const prefix = attribute('metricPrefixSymbol') ?? '';
  return (prefix === 'u' ? 'μ' : prefix) + symbol;
}
