import { expect, it } from 'vitest';
import { sampleTree } from '../../test/script.ts';
import { filterTree } from './filter-tree.ts';

it('filterTree finds every word in the source or the key', () => {
  expect(filterTree(sampleTree, 'xgm INTENS')).toMatchObject([{ name: 'SA3_XTD10_XGM/XGM/DOOCS:output', keys: [{ key: 'data.intensityTD' }] }]);
  expect(filterTree(sampleTree, 'shutter')[0].keys).toHaveLength(2);
  expect(filterTree(sampleTree, 'nothing')).toEqual([]);
  expect(filterTree(undefined, '')).toEqual([]);
});
