import { useEffect, useMemo, useState } from 'react';
import { ParameterSender, type SenderState } from '../data/parameter-sender.ts';
import { useStore } from '../panels/use-yard.ts';
import type { Numbers, Region } from './region-shapes.ts';

/** A region as it is drawn, ahead of the yard while it is dragged; and what sets it, a few times a second and the last one always. */
export function useRegion({ parameter: { group, name }, value }: Region): { readonly value: Numbers; readonly error: string; readonly set: (value: Numbers) => void } {
  const store = useStore();
  const [{ draft, error }, setState] = useState<SenderState>({ draft: undefined, error: '' });
  const sender = useMemo(() => new ParameterSender((next) => store.request({ verb: 'set', group, name, value: next }), setState), [store, group, name]);
  useEffect(() => () => sender.dispose(), [sender]);
  useEffect(() => sender.acknowledged(value), [sender, value, draft]);
  const shown = draft === undefined || typeof draft !== 'object' ? value : draft;
  return { value: shown, error, set: (next) => String(next) !== String(shown) && sender.set(next) };
}
