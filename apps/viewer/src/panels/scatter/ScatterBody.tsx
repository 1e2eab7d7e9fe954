import type { PanelBodyProps } from '../panel-kind.ts';
import { PointsBody } from './PointsBody.tsx';
import { PairsBody } from './PairsBody.tsx';

/** The points of one view, or scalars against the first of them. */
export function ScatterBody(props: PanelBodyProps) {
  return props.sources.length > 1 ? <PairsBody {...props} /> : <PointsBody {...props} />;
}
