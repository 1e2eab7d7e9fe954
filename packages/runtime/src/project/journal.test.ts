import { expect, test } from 'vitest';
import { Journal } from './journal.ts';

test('the newest thousand are at hand, each is given on once, and what is new is told also when old ones have gone', () => {
  const journal = new Journal();
  const given: string[] = [];
  journal.onEntry = (entry) => given.push(entry.name);
  let told = 0;
  const heard: string[] = [];
  for (let i = 0; i < 2500; i++) {
    journal.add({ trainId: i, who: 'save', what: 'generation', name: String(i) });
    if (i % 7) continue;
    heard.push(...journal.since(told).map((entry) => entry.name));
    told = journal.count;
  }
  heard.push(...journal.since(told).map((entry) => entry.name));
  const all = Array.from({ length: 2500 }, (_, i) => String(i));
  expect(given).toEqual(all);
  expect(heard).toEqual(all);
  expect(journal.entries).toHaveLength(1000);
  expect(journal.entries[0]!.name).toBe('1500');
  // Who was away for longer gets what there is.
  expect(journal.since(3)).toHaveLength(1000);
  expect(journal.since(2500)).toEqual([]);
});
