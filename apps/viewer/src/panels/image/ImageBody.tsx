import { useEffect, useMemo, useRef, useState } from 'react';
import { decodeValue, routes, type PanelValue, type PictureRendition } from '@trainyard/control';
import { askYard } from '../../connection/ask-yard.ts';
import { isArray } from '../../data/channel.ts';
import { patchOf, shapeOf } from '../../image/patch.ts';
import { PictureView, type Look } from '../../image/picture-view.ts';
import type { Placement } from '../../image/placement.ts';
import { pictureOf } from '../../image/picture.ts';
import type { Point, Turn } from '../../image/turn.ts';
import { isStrip } from '../../image/viewport.ts';
import { MaskTools, type MaskPen } from '../../mask/MaskTools.tsx';
import { drawMask, maskByValue } from '../../mask/mask-shapes.ts';
import { useMask } from '../../mask/use-mask.ts';
import { regionsOn } from '../../regions/region-shapes.ts';
import { RegionLayer } from '../../regions/RegionLayer.tsx';
import { orSay, say } from '../../ui/notices.ts';
import { useExports } from '../panel-exports.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useLookOnly } from '../use-role.ts';
import { useDraw, useValue } from '../use-value.ts';
import { useSize, useStore, useYard } from '../use-yard.ts';
import { describeReading } from './describe-reading.ts';
import { exportsOf } from './export-picture.ts';
import { ImageTools } from './ImageTools.tsx';
import { readSettings, writtenSettings, type ImageSettings } from './image-settings.ts';
import { PictureOverlays } from './PictureOverlays.tsx';
import { asKind, ProfilePlot } from './ProfilePlot.tsx';
import { useKeptPart } from './use-kept-part.ts';
import { useRendition } from './use-rendition.ts';
import { usePicturePointer, type Tool } from './use-picture-pointer.ts';
import './image.css';

const noParameters: readonly never[] = [];

/** A picture, or one plane of a stack: colours, range, place, regions, mask, profile, and the value under the cursor. */
export function ImageBody({ spec, sources: [{ id, view: source, key }], title, settings: chosen, change: choose, visible, large }: PanelBodyProps) {
  const store = useStore();
  const isMatrix = source?.kind === 'matrix';
  const settings = useMemo(() => readSettings(chosen, isMatrix), [chosen, isMatrix]);
  const change = (part: Partial<ImageSettings>) => choose(writtenSettings(part));
  const frozen = useYard(({ frozen }) => frozen);
  const lookOnly = useLookOnly();
  const parameters = useYard(({ state }) => state?.parameters ?? noParameters);
  const regions = useMemo(() => regionsOn(parameters, id, source), [parameters, id, source?.group, source?.name]);
  const [picked, setTool] = useState<Tool>();
  const tool: Tool = picked ?? (regions.length > 0 && lookOnly === undefined ? 'region' : 'move');

  const [shape, setShape] = useState<readonly number[]>(() => shapeOf(store.newestOf(id)?.newest) ?? (key && key.shape.length > 0 ? key.shape : []));
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : [shape.at(-2) ?? 0, shape.at(-1) ?? 0];
  const leading = shape.slice(0, -2);
  const [isUp, setUp] = useState(false);
  const [isDetector, setDetector] = useState(false);
  const turn = useMemo((): Turn => ({ swap: settings.swap, flipX: settings.flipX, flipY: settings.flipY ?? isUp }), [settings.swap, settings.flipX, settings.flipY, isUp]);
  const look = useMemo((): Look => ({ colorMap: settings.colorMap, scale: settings.scale, percent: settings.percent, range: settings.range, equal: settings.equal, turn }), [settings, turn]);

  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<PictureView>();
  const newest = useRef({ look, settings });
  newest.current = { look, settings };
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const made = new PictureView(canvas.current!, newest.current.look);
    if (newest.current.settings.part) made.port.showPart(newest.current.settings.part);
    const { width, height } = box.current!.getBoundingClientRect();
    made.resize(Math.floor(width), Math.floor(height));
    setView(made);
    return () => made.dispose();
  }, []);
  useSize(box, (width, height) => view?.resize(width, height));
  useEffect(() => view?.set(look), [view, look]);

  const rendition = useRendition(view, settings, isMatrix && shape.length === 0, frozen !== undefined);
  const channel = useValue(id, rendition, visible);
  const drawn = useRef<() => void>(undefined);
  const hover = useRef<Point>(undefined);
  const reading = useRef<HTMLOutputElement>(null);
  const read = () => {
    const at = hover.current && view?.port.placement()?.toArray(hover.current);
    const text = at ? describeReading(view!, at) : '';
    if (reading.current && reading.current.textContent !== text) reading.current.textContent = text;
  };
  const show = (values: readonly { readonly value: PanelValue; readonly as: PictureRendition | { readonly as: 'whole' } }[]) => {
    const patches = values.flatMap(({ value, as }) => patchOf(value.value, value.trainId, newest.current.settings.plane, as) ?? []).sort((a, b) => b.block - a.block);
    const { value } = values.at(-1)!;
    if (patches.length === 0) return;
    const next = shapeOf(value) ?? [];
    if (next.join() !== shape.join()) setShape(next);
    setDetector(value.labels?.geometry !== undefined);
    setUp(value.labels?.geometry !== undefined || (isMatrix && value.labels?.axes?.at(-2)?.values !== undefined));
    view?.show(patches, value.labels);
    drawn.current?.();
    read();
  };
  const isPlane = (as: PictureRendition | { readonly as: 'whole' }) => as.as === 'whole' || leading.every((_, axis) => (as.plane?.[axis] ?? 0) === (settings.plane[axis] ?? 0));
  const shownAt = useRef(0);
  useDraw(view && channel, (value) => {
    // A frozen page shows all that it has of the train, whatever was asked for when it came. What an earlier want left behind is older than what is here.
    if ((store.snapshot().frozen !== undefined && view?.patch) || channel!.receivedAt < shownAt.current) return;
    shownAt.current = channel!.receivedAt;
    show([{ value, as: channel!.want.as as PictureRendition }]);
  });
  useEffect(() => {
    if (frozen === undefined || !view) return;
    const past = store.pastOf(id, frozen).filter((one): one is { value: PanelValue; as: PictureRendition } => one.as.as !== 'curve' && isPlane(one.as as PictureRendition));
    if (past.length > 0) show(past);
  }, [store, id, frozen, view]);

  useKeptPart(view, settings.part, (part) => change({ part }));
  const [zoomed, setZoomed] = useState(false);
  useEffect(() => view?.port.subscribe(() => setZoomed(view.port.zoomed)), [view]);

  const hand = useMask(`${spec.key} ${id}`, rows > 0 ? { rows, columns } : undefined, tool === 'mask', settings.mask, (mask) => change({ mask }));
  const [pen, setPen] = useState<MaskPen>({ shape: 'rectangle', value: 1, width: 10 });
  useEffect(() => view?.setMask(hand.canvas), [view, hand.canvas, hand.version]);
  const threshold = (below: number | undefined, above: number | undefined) => (frozen !== undefined ? say('The page stands still, and the yard has only the newest train in full: go live to mask by value, or draw the mask.') : orSay(askYard(`${routes.value}?id=${encodeURIComponent(id)}&as=frame`).then(async (response) => {
    const { value } = decodeValue(new Uint8Array(await response.arrayBuffer()));
    if (!isArray(value)) throw new Error('This value is no array.');
    const { data, offset } = pictureOf(value, settings.plane);
    hand.edit((mask) => maskByValue(mask, data.subarray(offset, offset + mask.data.length), below, above));
  })));

  const [draft, setDraft] = useState<readonly Point[]>([]);
  const corners = useRef<readonly Point[]>([]);
  const put = (points: readonly Point[]) => {
    corners.current = points;
    setDraft(points);
  };
  const finish = (points: readonly Point[]) => {
    put([]);
    hand.edit((mask) => drawMask(mask, { shape: pen.shape, points, width: pen.width }, pen.value));
  };
  const onDrag = (from: Point, to: Point, phase: 'move' | 'end') => {
    const placement = view?.port.placement();
    if (!view || !placement) return;
    const isFar = Math.hypot(to[0] - from[0], to[1] - from[1]) > 5;
    const [a, b] = [placement.toArray(from), placement.toArray(to)];
    if (tool === 'zoom') {
      put(phase === 'move' ? [a, b] : []);
      if (phase === 'end' && isFar) view.port.zoomToRectangle(from, to);
    } else if (tool === 'profile') {
      const { kind, width } = settings.profile ?? { kind: 'line', width: 1 };
      if (!isFar && kind === 'line') return put([]);
      const ends = kind === 'line' ? [within(a, placement), within(b, placement)] : [within(b, placement), within(b, placement)];
      // The first one is put up when it is whole: the plot takes room from the picture.
      if (!settings.profile && phase === 'move') return put(ends);
      put([]);
      change({ profile: asKind({ kind, width, from: ends[0], to: ends[1] }, kind, view) });
    } else if (tool === 'mask' && pen.shape === 'polygon') {
      if (phase === 'end') put([...corners.current, b]);
    } else if (tool === 'mask' && pen.shape === 'brush') {
      put([...(corners.current.length > 0 ? corners.current : [a]), b]);
      if (phase === 'end') finish(corners.current);
    } else if (tool === 'mask') {
      put([a, b]);
      if (phase === 'end') (isFar ? finish : put)(isFar ? [a, b] : []);
    }
  };
  const pointer = usePicturePointer(view, box, { tool, onDrag, large, onHover: (at) => {
    hover.current = at;
    read();
    cross.current?.(at);
  } });
  const cross = useRef<(at: Point | undefined) => void>(undefined);
  const isPolygon = tool === 'mask' && pen.shape === 'polygon';
  useExports(exportsOf(view, title));

  return (
    <div className="body image-body">
      <ImageTools title={title} settings={settings} change={change} turn={turn} isStrip={isStrip(columns, rows)} range={() => view?.range ?? [0, 1]} zoomed={zoomed} onFit={() => view?.port.fit()} onOneToOne={() => view?.port.oneToOne()}
        tool={tool} onTool={(next) => { setTool(next); put([]); }} hasRegions={regions.length > 0} leading={leading} frozen={frozen !== undefined} />
      {tool === 'mask' && <MaskTools key={settings.mask} hand={hand} pen={pen} onPen={setPen} onThreshold={threshold} name={settings.mask} />}
      {isPolygon && draft.length > 0 && <p className="hint polygon-hint">{draft.length} {draft.length === 1 ? 'corner' : 'corners'}: <button type="button" className="link" disabled={draft.length < 3} onClick={() => finish(draft)}>close the polygon</button> (or double-click) <button type="button" className="link" onClick={() => put([])}>forget it</button></p>}
      <div className={`canvas-box tool-${tool}`} ref={box} tabIndex={0} role="application" aria-roledescription="picture" aria-label={`Picture of ${title}. Plus and minus zoom, arrows move, 0 shows all, 1 shows it one to one.`}
        {...pointer} onDoubleClick={() => (isPolygon ? corners.current.length > 2 && finish(corners.current) : view?.port.fit())}>
        <canvas ref={canvas} />
        {view && <PictureOverlays view={view} cross={cross} draft={draft} isClosed={isPolygon} isBox={tool === 'zoom' || (tool === 'mask' && pen.shape === 'rectangle')} isRound={tool === 'mask' && pen.shape === 'ellipse'} brush={tool === 'mask' && pen.shape === 'brush' ? pen.width : undefined} settings={settings} onRange={(range) => change({ percent: undefined, range })}
          regions={(placement) => <RegionLayer regions={regions} placement={placement} canChange={lookOnly === undefined && tool !== 'mask' && tool !== 'profile' && tool !== 'zoom'} grabsInside={tool === 'region'} />} />}
      </div>
      {view && settings.profile && <ProfilePlot view={view} profile={settings.profile} drawn={drawn} onChange={(profile) => change({ profile })} />}
      <output className={isDetector ? 'reading long' : 'reading'} aria-live="off" ref={reading} />
    </div>
  );
}

/** To half a pixel, and in the picture. */
function within([x, y]: Point, { rows, columns }: Placement): [number, number] {
  return [Math.min(columns, Math.max(0, Math.round(x * 2) / 2)), Math.min(rows, Math.max(0, Math.round(y * 2) / 2))];
}
