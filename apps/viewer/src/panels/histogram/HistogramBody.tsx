import type { PanelBodyProps } from '../panel-kind.ts';
import { Histogram1d } from './Histogram1d.tsx';
import { Histogram2d } from './Histogram2d.tsx';

/** How often values occur: of one source, or of two against each other. */
export function HistogramBody(props: PanelBodyProps) {
  return props.sources.length > 1 ? <Histogram2d {...props} /> : <Histogram1d {...props} />;
}
