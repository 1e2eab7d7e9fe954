import type { Command } from 'commander';
import { YardError, didYouMean } from '@trainyard/core';
import { equivalentOf, otherPrograms } from '../equivalents.ts';
import { print } from '../print.ts';

/** `yard help [COMMAND]`: the command's own help, or what takes the place of a program known from elsewhere. */
export function help(program: Command, words: readonly string[]): void {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next) {
      command = next;
      continue;
    }
    const other = command === program ? equivalentOf(word) : undefined;
    if (other === undefined) throw new YardError('HELP_UNKNOWN', `There is no command "${word}".${didYouMean(word, [...command.commands.map((one) => one.name()), ...(command === program ? otherPrograms : [])])}`);
    print(`${word} is here:\n  ${other}`);
    return;
  }
  command.outputHelp();
}
