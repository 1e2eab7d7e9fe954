// Peaks of an image: what is normal at each radius, which pixels stand out of it, and what hangs together. Pixels lie `pitch` apart from row to row;
// `state` has a byte for each: 0, or what follows.
export { widen16 } from './lib/widen';

const LIT: u8 = 1;
const TAKEN: u8 = 3;

const PASSES: i32 = 5;

/** The largest float32 that is not above `x`: of float32 values the same are above both. */
function below(x: f64): f32 {
  const near = <f32>x;
  if (!(<f64>near > x)) return near;
  const bits = reinterpret<i32>(near);
  return near > 0 ? reinterpret<f32>(bits - 1) : near < 0 ? reinterpret<f32>(bits + 1) : reinterpret<f32>(0x80000001);
}

/** The smallest float32 that is not below `x`. */
function above(x: f64): f32 {
  return -below(-x);
}

/**
 * Mean, standard deviation and upper limit of each bin: of the pixels between the limits that the pass before gave, five times or until nothing changes.
 * `index` lists the pixels by bin, those of bin b from `starts[b]` on. What is above the upper limit becomes LIT. `line` holds the pixels of one bin.
 */
export function radial(image: usize, index: usize, starts: usize, bins: i32, line: usize, state: usize, minSnr: f64, least: f64, mean: usize, sigma: usize, upper: usize): void {
  for (let b = 0; b < bins; b++) {
    const begin = load<u32>(starts + (<usize>b << 2));
    const count = <i32>(load<u32>(starts + (<usize>b << 2), 4) - begin);
    const pixels = index + (<usize>begin << 2);
    for (let i = 0; i < count; i++) {
      store<f32>(line + (<usize>i << 2), load<f32>(image + (<usize>load<u32>(pixels + (<usize>i << 2)) << 2)));
    }
    // NaN lies outside of all limits.
    v128.store(line + (<usize>count << 2), f32x4.splat(NaN));
    v128.store(line + (<usize>count << 2), f32x4.splat(NaN), 16);

    let low = -Infinity;
    let high = Infinity;
    let m = NaN;
    let s = NaN;
    for (let pass = 0; pass < PASSES; pass++) {
      const from = f32x4.splat(below(low));
      const to = f32x4.splat(above(high));
      let s0 = f64x2.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let q0 = s0;
      let q1 = s0;
      let q2 = s0;
      let q3 = s0;
      let n = i32x4.splat(0);
      for (let i = 0; i < count; i += 8) {
        const at = line + (<usize>i << 2);
        let v = v128.load(at);
        let inside = v128.and(f32x4.gt(v, from), f32x4.lt(v, to));
        n = i32x4.sub(n, inside);
        v = v128.and(v, inside);
        let d = f64x2.promote_low_f32x4(v);
        s0 = f64x2.add(s0, d);
        q0 = f64x2.add(q0, f64x2.mul(d, d));
        d = f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
        s1 = f64x2.add(s1, d);
        q1 = f64x2.add(q1, f64x2.mul(d, d));
        v = v128.load(at, 16);
        inside = v128.and(f32x4.gt(v, from), f32x4.lt(v, to));
        n = i32x4.sub(n, inside);
        v = v128.and(v, inside);
        d = f64x2.promote_low_f32x4(v);
        s2 = f64x2.add(s2, d);
        q2 = f64x2.add(q2, f64x2.mul(d, d));
        d = f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
        s3 = f64x2.add(s3, d);
        q3 = f64x2.add(q3, f64x2.mul(d, d));
      }
      s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
      q0 = f64x2.add(f64x2.add(q0, q1), f64x2.add(q2, q3));
      const total = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
      const squares = f64x2.extract_lane(q0, 0) + f64x2.extract_lane(q0, 1);
      const inBin = <f64>(i32x4.extract_lane(n, 0) + i32x4.extract_lane(n, 1) + i32x4.extract_lane(n, 2) + i32x4.extract_lane(n, 3));
      let nextLow = -Infinity;
      let nextHigh = Infinity;
      if (inBin > 0) {
        m = total / inBin;
        s = Math.sqrt(Math.max(squares / inBin - m * m, 0));
        nextLow = m - minSnr * s;
        nextHigh = Math.max(m + minSnr * s, least);
      } else {
        m = NaN;
        s = NaN;
      }
      if (nextLow == low && nextHigh == high) break;
      low = nextLow;
      high = nextHigh;
    }
    store<f64>(mean + (<usize>b << 3), m);
    store<f64>(sigma + (<usize>b << 3), s);
    store<f64>(upper + (<usize>b << 3), high);

    const limit = f32x4.splat(below(high));
    const finite = f32x4.splat(Infinity);
    for (let i = 0; i < count; i += 4) {
      const v = v128.load(line + (<usize>i << 2));
      let lit = i32x4.bitmask(v128.and(f32x4.gt(v, limit), f32x4.lt(v, finite)));
      while (lit != 0) {
        store<u8>(state + <usize>load<u32>(pixels + (<usize>(i + ctz(lit)) << 2)), LIT);
        lit &= lit - 1;
      }
    }
  }
}

/**
 * Peaks of all panels, row by row of panels and of each panel's pixels: groups of LIT pixels that touch, also at corners, within one panel, each begun
 * off the panel's border. Eight float64 for each in `out`: x, y, total, pixels, greatest, sigma, signal to noise, panel. Gives back how many.
 */
export function search(
  image: usize, state: usize, bin: usize, mean: usize, pitch: i32, rows: i32, columns: i32, panelRows: i32, panelColumns: i32, queue: usize,
  minPixels: i32, maxPixels: i32, radius: i32, minSnr: f64, out: usize, room: i32,
): i32 {
  const lit = i8x16.splat(LIT);
  let found = 0;
  let panel = 0;
  for (let top = 0; top < rows; top += panelRows) {
    for (let left = 0; left < columns; left += panelColumns) {
      const corner = <usize>(top * pitch + left);
      for (let y = 1; y < panelRows - 1; y++) {
        const row = state + corner + <usize>(y * pitch);
        let x = 1;
        while (x < panelColumns - 1) {
          const bits = i8x16.bitmask(i8x16.eq(v128.load(row + <usize>x), lit));
          if (bits == 0) {
            x += 16;
            continue;
          }
          x += ctz(bits);
          if (x >= panelColumns - 1) break;
          if (grow(image, state, bin, mean, corner, pitch, panelRows, panelColumns, queue, y, x, minPixels, maxPixels, radius, minSnr, out + (<usize>found << 6))) {
            const one = out + (<usize>found << 6);
            store<f64>(one, load<f64>(one) + <f64>left);
            store<f64>(one, load<f64>(one, 8) + <f64>top, 8);
            store<f64>(one, <f64>panel, 56);
            found += 1;
            if (found == room) return found;
          }
        }
      }
      panel += 1;
    }
  }
  return found;
}

/** Takes the group of a lit pixel and writes it when it is a peak; places are the panel's. */
function grow(
  image: usize, state: usize, bin: usize, mean: usize, corner: usize, pitch: i32, rows: i32, columns: i32, queue: usize, y0: i32, x0: i32,
  minPixels: i32, maxPixels: i32, radius: i32, minSnr: f64, out: usize,
): bool {
  let pixels = 1;
  store<u32>(queue, <u32>(y0 << 16 | x0));
  store<u8>(state + corner + <usize>(y0 * pitch + x0), TAKEN);
  let raw = 0.0;
  let rawX = 0.0;
  let rawY = 0.0;
  let excess = 0.0;
  let excessX = 0.0;
  let excessY = 0.0;
  let greatest = -Infinity;
  for (let k = 0; k < pixels; k++) {
    const place = load<u32>(queue + (<usize>k << 2));
    const y = <i32>(place >> 16);
    const x = <i32>(place & 0xffff);
    const at = corner + <usize>(y * pitch + x);
    const v = <f64>load<f32>(image + (at << 2));
    const e = v - load<f64>(mean + (<usize>load<u32>(bin + (at << 2)) << 3));
    raw += v;
    rawX += v * <f64>x;
    rawY += v * <f64>y;
    excess += e;
    excessX += e * <f64>x;
    excessY += e * <f64>y;
    greatest = Math.max(greatest, v);
    for (let ny = max(0, y - 1); ny <= min(rows - 1, y + 1); ny++) {
      for (let nx = max(0, x - 1); nx <= min(columns - 1, x + 1); nx++) {
        const next = state + corner + <usize>(ny * pitch + nx);
        if (load<u8>(next) != LIT) continue;
        store<u8>(next, TAKEN);
        store<u32>(queue + (<usize>pixels << 2), <u32>(ny << 16 | nx));
        pixels += 1;
      }
    }
  }
  if (pixels < minPixels || pixels > maxPixels || !(raw > 0) || !(excess > 0)) return false;

  const cy = <i32>nearest(excessY / excess);
  const cx = <i32>nearest(excessX / excess);
  let count = 0.0;
  let sum = 0.0;
  let squares = 0.0;
  let most = -Infinity;
  for (let y = max(0, cy - radius); y < min(rows, cy + radius); y++) {
    for (let x = max(0, cx - radius); x < min(columns, cx + radius); x++) {
      if ((y - cy) * (y - cy) + (x - cx) * (x - cx) > radius * radius) continue;
      const at = corner + <usize>(y * pitch + x);
      if (load<u8>(state + at) != 0) continue;
      const v = <f64>load<f32>(image + (at << 2));
      // Neither NaN nor infinite.
      if (!(v - v == 0)) continue;
      count += 1;
      sum += v;
      squares += v * v;
      most = Math.max(most, v);
    }
  }
  if (!(count > 0)) return false;
  const background = sum / count;
  const sigma = Math.sqrt(Math.max(squares / count - background * background, 0));
  const total = raw - <f64>pixels * background;
  const snr = total / sigma;
  if (!(snr >= minSnr) || greatest < most) return false;
  store<f64>(out, rawX / raw);
  store<f64>(out, rawY / raw, 8);
  store<f64>(out, total, 16);
  store<f64>(out, <f64>pixels, 24);
  store<f64>(out, greatest - background, 32);
  store<f64>(out, sigma, 40);
  store<f64>(out, snr, 48);
  return true;
}
