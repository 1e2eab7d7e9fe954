import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PluginInput, PluginOutput, PluginParameter, PluginSpec } from '@trainyard/core';
import { root, workspacePackages } from './workspace.ts';

/** `npm run reference`: writes docs/reference/plugins.md from the specs of the packs in this repository. */
export const referenceFile = join(root, 'docs', 'reference', 'plugins.md');

/** The text of the page; a test holds the committed page against it. */
export async function referencePage(): Promise<string> {
  const sections: string[] = [];
  for (const { kind, folder, manifest } of workspacePackages()) {
    if (kind !== 'plugins') continue;
    const { plugins } = (await import(pathToFileURL(join(folder, 'src', 'plugins.ts')).href)) as { plugins: readonly PluginSpec[] };
    sections.push(`## ${manifest.name}\n\n${plugins.map(pluginText).join('\n')}`);
  }
  return `# Plugins

What a process list can name. Written by \`npm run reference\` from the plugins' own specs; \`yard ls plugins\` prints the same for what is
installed, other packs included.

${sections.join('\n')}`;
}

function pluginText(spec: PluginSpec): string {
  const lines = [`### \`${spec.id}\``, '', `**${spec.title}.** ${spec.does}`, '', '| input | takes | |', '|---|---|---|', ...Object.entries(spec.inputs).map(([name, input]) => row(`\`${name}\``, takes(input), input.does ?? '')), ...(spec.moreInputs ? [row('any name', takes(spec.moreInputs), spec.moreInputs.does)] : [])];
  if (Object.keys(spec.parameters).length > 0) lines.push('', '| parameter | type | default | |', '|---|---|---|---|', ...Object.entries(spec.parameters).map(([name, parameter]) => row(`\`${name}\``, type(parameter), usual(parameter), parameter.does ?? '')));
  lines.push('', '| output | kind | |', '|---|---|---|', ...Object.entries(spec.outputs).map(([name, output]) => row(`\`${name}\``, gives(output), output.does ?? '')));
  for (const { text, doi } of spec.citations ?? []) lines.push('', `Cite: ${text}${doi === undefined ? '' : ` [doi:${doi}](https://doi.org/${doi})`}`);
  return `${lines.join('\n')}\n`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function takes({ rank, optional }: PluginInput): string {
  return [rank === undefined ? 'any' : `${rank.join(', ')} axes`, ...(optional ? ['may be left out'] : [])].join('; ');
}

function gives({ kind, unit }: PluginOutput): string {
  return unit === undefined ? kind : `${kind}, ${unit}`;
}

function type({ type: name, choices, min, max, unit }: PluginParameter): string {
  const range = min !== undefined && max !== undefined ? `${min} to ${max}` : min !== undefined ? `from ${min}` : max !== undefined ? `to ${max}` : undefined;
  return [choices?.map((choice) => `\`${choice}\``).join(' ') ?? name, range, unit].filter((part) => part !== undefined).join(', ');
}

function usual({ default: value }: PluginParameter): string {
  if (value === undefined) return 'must be given';
  const text = JSON.stringify(value);
  return text === '[]' || text === '""' ? 'none' : text;
}

if (import.meta.main) {
  mkdirSync(join(referenceFile, '..'), { recursive: true });
  writeFileSync(referenceFile, await referencePage());
  console.log(`Written: ${referenceFile} (${readFileSync(referenceFile, 'utf8').split('\n').length} lines)`);
}
