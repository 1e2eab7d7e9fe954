import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParamValue } from '@trainyard/core';
import type { GenerationDescriptor, ScanDescriptor } from '../worker/generation.ts';
import { RunningScan, valuesAt } from './running-scan.ts';
import type { ScanCommand } from './scan-messages.ts';

const SCAN: ScanDescriptor = { id: 'views/s', group: 'views', name: 's', title: 'S', views: ['views/s'], sets: [{ group: 'views', name: 'x', values: [1, 2] }], points: 2, trains: 3, atMost: 5 };

/** A yard in which every train is through before the next is handed out. */
class Host {
  readonly values = new Map<string, ParamValue>([['views.x', 9]]);
  readonly said: string[] = [];
  seq = 0;
  set(group: string, name: string, value: ParamValue, who: string): void {
    this.values.set(`${group}.${name}`, value);
    this.said.push(`${who} ${name}=${String(value)} from ${this.seq}`);
  }
  value(group: string, name: string): ParamValue | undefined {
    return this.values.get(`${group}.${name}`);
  }
  tell(command: ScanCommand): void {
    this.said.push(`${command.what} from ${this.seq}`);
  }
  nextSeq(): number {
    return this.seq;
  }
}

function begin(more: Partial<ScanDescriptor> = {}): { host: Host; scan: RunningScan } {
  const host = new Host();
  const scan = new RunningScan({ ...SCAN, ...more }, {} as GenerationDescriptor, 1, host);
  scan.start();
  return { host, scan };
}

describe('a running scan', () => {
  test('sets its points one after the other at a boundary, and puts back what was', () => {
    const { host, scan } = begin();
    for (const points of [1, 2]) {
      host.seq += 3;
      scan.train(host.seq - 1, { id: 'views/s', run: 1, points, closed: true, through: 3, trains: 0 });
    }
    expect(host.said).toEqual(['start from 0', 'scan s x=1 from 0', 'point from 0', 'scan s x=2 from 3', 'point from 3', 'scan s x=9 from 6', 'end from 6']);
    expect(scan.ended).toEqual({ why: 'done', whole: true });
  });

  test('on recorded data hands out no train that might not belong to its point', () => {
    const { host, scan } = begin();
    expect(scan.bound).toBe(3);
    const train = (trains: number, closed = false, points = 0): void => scan.train(host.seq++, { id: 'views/s', run: 1, points, closed, through: 0, trains });
    train(1);
    train(1);
    // One of two had no value: one more is needed.
    expect(scan.bound).toBe(4);
    train(1);
    train(2);
    // Never more than are looked at.
    expect(scan.bound).toBe(5);
    train(0, true, 1);
    expect(scan.bound).toBe(8);
  });

  test('keeps what somebody else has set; is over where its parameter is not as it set it', () => {
    const { host, scan } = begin();
    expect(scan.before).toEqual([['views.x', 9]]);
    expect(scan.holds).toBe(true);
    host.values.set('views.x', 5);
    expect(scan.holds).toBe(false);
    scan.end('somebody set views.x', false, 'views.x');
    expect([host.values.get('views.x'), scan.ended!.whole]).toEqual([5, false]);
    scan.end('again', true);
    expect(scan.ended!.why).toBe('somebody set views.x');
  });

  test('a point that has had its time ends, but not while no train comes', () => {
    const { host, scan } = begin({ timeoutMs: 1000 });
    const now = Date.now();
    scan.lookAtClock(now + 5000);
    expect(host.said.at(-1)).toBe('point from 0');
    scan.train(host.seq++, { id: 'views/s', run: 1, points: 0, closed: false, through: 1, trains: 0 });
    scan.lookAtClock(now + 5000);
    expect(host.said.slice(3)).toEqual(['close from 1', 'scan s x=2 from 1', 'point from 1']);
  });

  test('its points are all combinations, the last parameter the fastest', () => {
    fc.assert(fc.property(fc.array(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), (lists) => {
      const sets = lists.map((values, i) => ({ group: 'g', name: String(i), values }));
      const wanted = lists.reduce<number[][]>((all, values) => all.flatMap((before) => values.map((value) => [...before, value])), [[]]);
      expect(wanted.map((_, point) => valuesAt({ sets }, point))).toEqual(wanted);
    }));
  });
});
