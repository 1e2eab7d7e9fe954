import { useState } from 'react';
import type { PanelData } from '@trainyard/control';
import { isArray } from '../../data/channel.ts';
import { formatNumber, formatShape } from '../../ui/format.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useDraw, useValue, WHOLE } from '../use-value.ts';

/** A text as it was written, in a fixed pitch; anything else in words. */
export function TextBody({ sources: [{ id }], visible }: PanelBodyProps) {
  const channel = useValue(id, WHOLE, visible);
  const [text, setText] = useState('');
  useDraw(channel, ({ value }) => setText(textOf(value)));
  return <div className="body scroll"><pre className="text">{text}</pre></div>;
}

function textOf(value: PanelData): string {
  if (typeof value === 'number') return formatNumber(value, 7);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `${value.dtype} ${formatShape(value.shape)}`;
  return Object.entries(value).map(([name, column]) => `${name}: ${isArray(column) ? `${column.dtype} ${formatShape(column.shape)}` : column.join(', ')}`).join('\n');
}
