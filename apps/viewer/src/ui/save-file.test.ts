import { expect, it } from 'vitest';
import { fileName, servedName } from './save-file.ts';

it('a file is called as the yard calls it, which knows its train', () => {
  expect(servedName(new Response('', { headers: { 'content-disposition': 'attachment; filename="views-a-2123456000.csv"' } }))).toBe('views-a-2123456000.csv');
  expect([servedName(new Response('')), servedName(new Response('', { headers: { 'content-disposition': 'attachment; filename="../a"' } }))]).toEqual([undefined, undefined]);
});

it('fileName is one that every file system takes', () => {
  expect([fileName('Strahllage (µm)/x', 7, 'png'), fileName('…', undefined, 'csv')]).toEqual(['Strahllage-m-x-7.png', 'panel.csv']);
});
