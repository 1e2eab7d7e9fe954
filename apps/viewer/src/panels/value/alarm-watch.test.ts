import { expect, it } from 'vitest';
import type { PanelSpec, Tab } from '@trainyard/control';
import { view } from '../../../test/script.ts';
import { Channel } from '../../data/channel.ts';
import { AlarmWatch, type WatchedStore } from './alarm-watch.ts';
import { watchedIn } from './watched.ts';

const panel = (id: string, settings: PanelSpec['settings'] = {}, key = id): PanelSpec => ({ key, kind: 'value', of: [id], at: { x: 0, y: 0, w: 4, h: 4 }, settings });
const tab = (...panels: PanelSpec[]): Tab => ({ name: 'tab', panels });

function watching() {
  const channels = new Map<string, Channel>();
  const alarms = new Map<string, string>();
  const at = { now: 1000, frozen: undefined as number | undefined };
  const wanted = new Set<string>();
  const store: WatchedStore = {
    snapshot: () => ({ frozen: at.frozen }),
    want: (id, as) => {
      const channel = channels.get(id) ?? new Channel({ key: id, id, as });
      channels.set(id, channel);
      wanted.add(id);
      return { channel, drop: () => wanted.delete(id) };
    },
  };
  const watch = new AlarmWatch({ put: (_, alarm) => (alarm ? alarms.set(alarm.title, alarm.text) : alarms.clear()) }, () => at.now);
  const receive = (id: string, value: number) => {
    channels.get(id)!.receive({ id, trainId: 1, value }, at.now);
    channels.get(id)!.draw();
  };
  return { store, watch, alarms, at, wanted, receive };
}

it('values with limits are watched on every tab, the same once; others are not asked for', () => {
  const high = { alarmHigh: 5 };
  const tabs = [tab(panel('views/a'), { ...panel('views/a', high, 'curve'), kind: 'curve' }), tab(panel('views/a', high), panel('views/a', high, 'again'), panel('views/a', { alarmHigh: 6 }, 'other'), panel('views/b', { stale: 10 }))];
  expect(watchedIn(tabs, [view({ name: 'a', kind: 'scalar', title: 'Edge' })], undefined).map(({ id, title, tab, watch }) => [id, title, tab, watch.limits.alarmHigh, watch.stale])).toEqual([
    ['views/a', 'Edge', 1, 5, undefined], ['views/a', 'Edge', 1, 6, undefined], ['views/b', 'b', 1, undefined, 10]]);
});

it('an alarm comes and goes with the value, whether or not a panel is there, and ends with what is watched', () => {
  const { store, watch, alarms, wanted, receive } = watching();
  const list = watchedIn([tab(), tab(panel('views/a', { alarmHigh: 5 }))], [], undefined);
  watch.follow(store, list);
  receive('views/a', 7);
  expect([...alarms]).toEqual([['a', 'above 5']]);
  expect(watch.verdict(list[0].key)).toEqual({ level: 'alarm', text: 'above 5' });
  receive('views/a', 3);
  expect([alarms.size, watch.verdict(list[0].key).level]).toEqual([0, 'good']);
  receive('views/a', 7);
  watch.follow(store, []);
  expect([alarms.size, wanted.size, watch.verdict(list[0].key).level]).toEqual([0, 0, 'free']);
});

it('the age of a value is since it came, not since it was drawn; nothing is judged while the page stands still', () => {
  const { store, watch, alarms, at, receive } = watching();
  watch.follow(store, watchedIn([tab(panel('views/a', { stale: 10 }))], [], undefined));
  receive('views/a', 7);
  at.now += 9000;
  const later = store.want('views/a', { as: 'whole' });
  later.channel.draw();
  at.now += 2000;
  watch.judge();
  expect([...alarms]).toEqual([['a', 'no value for 11 s']]);
  at.frozen = 1;
  alarms.clear();
  at.now += 50_000;
  watch.judge();
  expect(alarms.size).toBe(0);
});

it('what came before it was watched is no alarm of today', () => {
  const { store, watch, alarms, at, receive } = watching();
  store.want('views/a', { as: 'whole' });
  receive('views/a', 7);
  at.now += 300_000;
  watch.follow(store, watchedIn([tab(panel('views/a', { stale: 10 }))], [], undefined));
  expect(alarms.size).toBe(0);
  at.now += 11_000;
  watch.judge();
  expect(alarms.get('a')).toBe('no value for 11 s');
});
