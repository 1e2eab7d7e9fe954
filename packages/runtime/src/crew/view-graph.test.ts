import { describe, expect, test } from 'vitest';
import { graphOf } from './graphs.test.support.ts';

const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

test('who takes a view, directly or by others, optional or not', () => {
  const graph = graphOf([['a', ['X.y']], ['b', ['a']], ['c', ['X.y']], ['d', ['?b', 'c']], ['r', ['a'], 'reduce'], ['m', ['d'], 'average']]);
  expect(sorted(graph.takersOf('a'))).toEqual(['a', 'b', 'd', 'm']);
  expect(sorted(graph.takersOf('c'))).toEqual(['c', 'd', 'm']);
  expect(sorted(graph.takersOf('m'))).toEqual(['m']);
  expect(sorted(graph.ofPool)).toEqual(['#raw', 'a', 'b', 'c', 'd', 'm']);
  expect(graph.inReduce.map(({ id }) => id)).toEqual(['r', 'm']);
});

describe('strands', () => {
  const strands = (graph: ReturnType<typeof graphOf>): [string, string][] => graph.strands.map(({ ids, needs }): [string, string] => [sorted(ids).filter((id) => !id.startsWith('earlier#')).join(' '), sorted(needs).join(' ')]).sort();

  test('views in train order that have nothing to do with each other go by themselves', () => {
    expect(strands(graphOf([['a', ['X.y']], ['b', ['X.y']], ['ra', ['a'], 'reduce'], ['rb', ['b'], 'reduce'], ['raw', ['X.y'], 'reduce']]))).toEqual([['ra', 'a'], ['raw', '#raw'], ['rb', 'b']]);
  });

  test('one that takes another goes with it, and both wait for what either takes', () => {
    expect(strands(graphOf([['a', ['X.y']], ['b', ['X.y']], ['ra', ['a'], 'reduce'], ['of', ['ra', 'b'], 'reduce'], ['other', ['a'], 'reduce']]))).toEqual([['of ra', 'a b'], ['other', 'a']]);
  });

  test('an average needs its own function; what takes it goes with it', () => {
    expect(strands(graphOf([['a', ['X.y']], ['m', ['a'], 'average'], ['of', ['m', 'X.z'], 'reduce']]))).toEqual([['m of', '#raw m']]);
  });

  test('earlier values of one input are kept once: who takes them goes together', () => {
    expect(strands(graphOf([['a', ['X.y']], ['one', ['!a'], 'reduce'], ['two', ['!a', 'X.z'], 'reduce'], ['three', ['a'], 'reduce']]))).toEqual([['one two', '#raw a'], ['three', 'a']]);
  });

  test('actions go by themselves, or with the view in train order that they collect', () => {
    expect(strands(graphOf([['a', ['X.y']], ['ra', ['a'], 'reduce']], [['dark', 'a'], ['kept', 'ra'], ['raw', 'X.y']]))).toEqual([['action#views/dark', 'a'], ['action#views/kept ra', 'a'], ['action#views/raw', '#raw']]);
    expect(graphOf([['a', ['X.y']]]).strands).toEqual([]);
  });
});
