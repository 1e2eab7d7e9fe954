// The middle value of 3 x 3 or 5 x 5 pixels around each pixel, by networks of minima and maxima, four pixels of float32 or two of float64 to a lane group:
// a column is put in order once for all the windows that hold it. NaN are taken out before (`takeOut`), and the few windows that hold one are done again after it;
// adding 0 makes 0 of -0.

export { widen16 } from './lib/widen';

// Either is one instruction; without NaN they are the minimum and the maximum.
// @ts-ignore: decorator
@inline
function lo<T>(a: v128, b: v128): v128 {
  return v128.pmin<T>(a, b);
}
// @ts-ignore: decorator
@inline
function hi<T>(a: v128, b: v128): v128 {
  return v128.pmax<T>(a, b);
}

/** One row of medians of 3 x 3 from three rows, `pitch` bytes apart, of two pixels more; `room` takes three rows. */
// @ts-ignore: decorator
@inline
function three<T>(from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  const pixel = sizeof<T>();
  const bytes = <usize>length * pixel;
  for (let x: usize = 0; x < bytes + 2 * pixel; x += 16) {
    const at = from + x;
    const a = v128.load(at);
    const b = v128.load(at + pitch);
    const c = v128.load(at + 2 * pitch);
    const low = lo<T>(b, c);
    const high = hi<T>(b, c);
    const rest = hi<T>(a, low);
    v128.store(room + x, lo<T>(a, low));
    v128.store(room + pitch + x, lo<T>(rest, high));
    v128.store(room + 2 * pitch + x, hi<T>(rest, high));
  }
  for (let x: usize = 0; x < bytes; x += 16) {
    const l = room + x;
    const m = l + pitch;
    const h = m + pitch;
    const lows = hi<T>(hi<T>(v128.load(l), v128.load(l + pixel)), v128.load(l + 2 * pixel));
    const highs = lo<T>(lo<T>(v128.load(h), v128.load(h + pixel)), v128.load(h + 2 * pixel));
    const m3 = middle<T>(lows, middle<T>(v128.load(m), v128.load(m + pixel), v128.load(m + 2 * pixel)), highs);
    v128.store(to + x, v128.add<T>(m3, v128.splat<T>(0)));
  }
}

// @ts-ignore: decorator
@inline
function middle<T>(a: v128, b: v128, c: v128): v128 {
  return hi<T>(lo<T>(a, b), lo<T>(hi<T>(a, b), c));
}

/** One row of medians of 5 x 5 from five rows of four pixels more; `room` takes fifteen rows: columns in order, and pairs of them merged. */
// @ts-ignore: decorator
@inline
function five<T>(from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  const pixel = sizeof<T>();
  const bytes = <usize>length * pixel;
  for (let x: usize = 0; x < bytes + 4 * pixel; x += 16) sortColumns<T>(from + x, pitch, room + x);
  const pairs = room + 5 * pitch;
  for (let x: usize = 0; x < bytes + 2 * pixel; x += 16) mergePairs<T>(room + x, pitch, pairs + x);
  for (let x: usize = 0; x < bytes; x += 16) v128.store(to + x, v128.add<T>(middleOfFour<T>(pairs + x, pitch, room + x + 4 * pixel), v128.splat<T>(0)));
}

function sortColumns<T>(from: usize, pitch: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + pitch);
  const c = v128.load(from + 2 * pitch);
  const d = v128.load(from + 3 * pitch);
  const e = v128.load(from + 4 * pitch);
  const a1 = lo<T>(a, b);
  const b1 = hi<T>(a, b);
  const d1 = lo<T>(d, e);
  const e1 = hi<T>(d, e);
  const c2 = lo<T>(c, e1);
  const e2 = hi<T>(c, e1);
  const c3 = lo<T>(c2, d1);
  const d3 = hi<T>(c2, d1);
  const b4 = lo<T>(b1, e2);
  const e4 = hi<T>(b1, e2);
  const a5 = lo<T>(a1, d3);
  const d5 = hi<T>(a1, d3);
  const a6 = lo<T>(a5, c3);
  const c6 = hi<T>(a5, c3);
  const b7 = lo<T>(b4, d5);
  const d7 = hi<T>(b4, d5);
  v128.store(to, a6);
  v128.store(to + pitch, lo<T>(b7, c6));
  v128.store(to + 2 * pitch, hi<T>(b7, c6));
  v128.store(to + 3 * pitch, d7);
  v128.store(to + 4 * pitch, e4);
}

/** A column and the one to its right, five values in order each, to ten in order (odd-even merge). */
function mergePairs<T>(from: usize, pitch: usize, to: usize): void {
  const a0 = v128.load(from);
  const b0 = v128.load(from + sizeof<T>());
  const a1 = v128.load(from + pitch);
  const b1 = v128.load(from + pitch + sizeof<T>());
  const a2 = v128.load(from + 2 * pitch);
  const b2 = v128.load(from + 2 * pitch + sizeof<T>());
  const a3 = v128.load(from + 3 * pitch);
  const b3 = v128.load(from + 3 * pitch + sizeof<T>());
  const a4 = v128.load(from + 4 * pitch);
  const b4 = v128.load(from + 4 * pitch + sizeof<T>());
  const t1 = hi<T>(a0, b0);
  const t2 = lo<T>(a4, b4);
  const t4 = lo<T>(t2, t1);
  const t5 = hi<T>(t2, t1);
  const t6 = lo<T>(a2, b2);
  const t7 = hi<T>(a2, b2);
  const t8 = lo<T>(t6, t4);
  const t9 = hi<T>(t6, t4);
  const t10 = lo<T>(t7, t5);
  const t11 = hi<T>(t7, t5);
  const t12 = lo<T>(a1, b1);
  const t13 = hi<T>(a1, b1);
  const t14 = lo<T>(a3, b3);
  const t15 = hi<T>(a3, b3);
  const t16 = lo<T>(t14, t13);
  const t17 = hi<T>(t14, t13);
  v128.store(to, lo<T>(a0, b0));
  v128.store(to + pitch, lo<T>(t12, t8));
  v128.store(to + 2 * pitch, hi<T>(t12, t8));
  v128.store(to + 3 * pitch, lo<T>(t16, t9));
  v128.store(to + 4 * pitch, hi<T>(t16, t9));
  v128.store(to + 5 * pitch, lo<T>(t17, t10));
  v128.store(to + 6 * pitch, hi<T>(t17, t10));
  v128.store(to + 7 * pitch, lo<T>(t15, t11));
  v128.store(to + 8 * pitch, hi<T>(t15, t11));
  v128.store(to + 9 * pitch, hi<T>(a4, b4));
}

/** The middle of the ten values at `pairs`, the ten two pixels to the right of them, and the five of `column`. */
function middleOfFour<T>(pairs: usize, pitch: usize, column: usize): v128 {
  const right = 2 * sizeof<T>();
  // Of the twenty only those with 7 to 12 below them can be the middle of all; odd-even merge without what only the others need.
  const p1 = pairs + pitch;
  const p2 = p1 + pitch;
  const p3 = p2 + pitch;
  const p4 = p3 + pitch;
  const p5 = p4 + pitch;
  const p6 = p5 + pitch;
  const p7 = p6 + pitch;
  const p8 = p7 + pitch;
  const p9 = p8 + pitch;
  const t0 = hi<T>(v128.load(pairs), v128.load(pairs + right));
  const t1 = lo<T>(v128.load(p8), v128.load(p8 + right));
  const a4 = v128.load(p4);
  const b4 = v128.load(p4 + right);
  const t6 = hi<T>(lo<T>(a4, b4), lo<T>(t1, t0));
  const t7 = lo<T>(hi<T>(a4, b4), hi<T>(t1, t0));
  const t8 = hi<T>(v128.load(p2), v128.load(p2 + right));
  const t9 = lo<T>(v128.load(p6), v128.load(p6 + right));
  const t10 = lo<T>(t9, t8);
  const t11 = hi<T>(t9, t8);
  const even0 = hi<T>(t10, t6);
  const even1 = lo<T>(t11, t7);
  const even2 = hi<T>(t11, t7);
  const t15 = hi<T>(v128.load(p1), v128.load(p1 + right));
  const t16 = lo<T>(v128.load(p9), v128.load(p9 + right));
  const a5 = v128.load(p5);
  const b5 = v128.load(p5 + right);
  const t21 = hi<T>(lo<T>(a5, b5), lo<T>(t16, t15));
  const t22 = lo<T>(hi<T>(a5, b5), hi<T>(t16, t15));
  const t23 = hi<T>(v128.load(p3), v128.load(p3 + right));
  const t24 = lo<T>(v128.load(p7), v128.load(p7 + right));
  const t25 = lo<T>(t24, t23);
  const t26 = hi<T>(t24, t23);
  const odd0 = lo<T>(t25, t21);
  const odd1 = hi<T>(t25, t21);
  const odd2 = lo<T>(t26, t22);
  // Six in order with five in order: the sixth of the eleven is the least of the greater of i of the one and 6 - i of the other.
  const c4 = hi<T>(lo<T>(odd0, even0), v128.load(column + 4 * pitch));
  const c3 = hi<T>(hi<T>(odd0, even0), v128.load(column + 3 * pitch));
  const c2 = hi<T>(lo<T>(odd1, even1), v128.load(column + 2 * pitch));
  const c1 = hi<T>(hi<T>(odd1, even1), v128.load(column + pitch));
  const c0 = hi<T>(lo<T>(odd2, even2), v128.load(column));
  return lo<T>(lo<T>(lo<T>(c4, c3), lo<T>(c2, c1)), lo<T>(c0, hi<T>(odd2, even2)));
}

export function three32(from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  three<f32>(from, pitch, length, room, to);
}

export function three64(from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  three<f64>(from, pitch, length, room, to);
}

export function five32(from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  five<f32>(from, pitch, length, room, to);
}

export function five64(from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  five<f64>(from, pitch, length, room, to);
}

// @ts-ignore: decorator
@inline
function takeOut<T>(at: usize, length: i32, list: usize): i32 {
  let count = 0;
  for (let i = 0; i < length; i += 16 / sizeof<T>()) {
    const here = at + <usize>i * sizeof<T>();
    const v = v128.load(here);
    if (i32x4.all_true(v128.eq<T>(v, v))) continue;
    for (let k = i; k < i + <i32>(16 / sizeof<T>()); k++) {
      const pixel = at + <usize>k * sizeof<T>();
      const value = load<T>(pixel);
      if (value == value) continue;
      store<T>(pixel, <T>Infinity);
      store<u32>(list + (<usize>count << 2), k);
      count += 1;
    }
  }
  return count;
}

/** Puts infinity where there is NaN among `length` pixels, a multiple of 4, and lists the numbers of these; gives back how many there are. */
export function takeOut32(at: usize, length: i32, list: usize): i32 {
  return takeOut<f32>(at, length, list);
}

export function takeOut64(at: usize, length: i32, list: usize): i32 {
  return takeOut<f64>(at, length, list);
}

/** Windows that are done again at once, side by side in a strip; pixels from one of its rows to the next. */
// @ts-ignore: decorator
@inline
const BATCH: i32 = 64;
// @ts-ignore: decorator
@inline
const STRIP: usize = 336;

// @ts-ignore: decorator
@inline
function doAgain<T>(from: usize, pitch: i32, rows: i32, cols: i32, side: i32, list: usize, count: i32, done: usize, room: usize, strips: usize, to: usize, skip: bool): void {
  for (let i = 0; i < count; i++) store<T>(from + <usize>load<u32>(list + (<usize>i << 2)) * sizeof<T>(), <T>NaN);
  memory.fill(done, 0, <usize>(rows * cols));
  const numbers = strips + (2 * <usize>side + 2) * STRIP * sizeof<T>();
  let waiting = 0;
  for (let i = 0; i < count; i++) {
    const number = <i32>load<u32>(list + (<usize>i << 2));
    const v = number / pitch;
    const u = number - v * pitch;
    for (let y = max(0, v - side + 1); y <= min(rows - 1, v); y++) {
      for (let x = max(0, u - side + 1); x <= min(cols - 1, u); x++) {
        const pixel = y * cols + x;
        if (load<u8>(done + <usize>pixel)) continue;
        store<u8>(done + <usize>pixel, 1);
        // Where all are NaN, and where they are not to be left out.
        store<T>(to + <usize>pixel * sizeof<T>(), <T>NaN);
        if (!skip || !putWindow<T>(from + <usize>(y * pitch + x) * sizeof<T>(), pitch, side, strips + <usize>(waiting * side) * sizeof<T>())) continue;
        store<u32>(numbers + (<usize>waiting << 2), pixel);
        waiting += 1;
        if (waiting < BATCH) continue;
        takeMiddles<T>(side, strips, room, numbers, waiting, to);
        waiting = 0;
      }
    }
  }
  if (waiting > 0) takeMiddles<T>(side, strips, room, numbers, waiting, to);
}

/**
 * Puts a window into two strips, with plus and minus infinity in turn for its NaN: in the first one the middle is then the lower of the two in the middle
 * of what is left, in the second one the upper. False where all are NaN.
 */
function putWindow<T>(from: usize, pitch: i32, side: i32, to: usize): bool {
  const other = <usize>side * STRIP * sizeof<T>();
  let fill = <T>-Infinity;
  let left = 0;
  for (let v = 0; v < side; v++, from += <usize>pitch * sizeof<T>(), to += STRIP * sizeof<T>()) {
    for (let u: usize = 0; u < <usize>side * sizeof<T>(); u += sizeof<T>()) {
      const value = load<T>(from + u);
      const there = value == value;
      store<T>(to + u, there ? value : fill);
      store<T>(to + u + other, there ? value : -fill);
      fill = there ? fill : -fill;
      left += i32(there);
    }
  }
  return left > 0;
}

function takeMiddles<T>(side: i32, strips: usize, room: usize, numbers: usize, count: i32, to: usize): void {
  const pitch = STRIP * sizeof<T>();
  const high = strips + <usize>side * pitch;
  const lows = high + <usize>side * pitch;
  const highs = lows + pitch;
  strip<T>(side, strips, pitch, side * (count - 1) + 1, room, lows);
  strip<T>(side, high, pitch, side * (count - 1) + 1, room, highs);
  for (let i = 0; i < count; i++) {
    const a = load<T>(lows + <usize>(i * side) * sizeof<T>());
    const b = load<T>(highs + <usize>(i * side) * sizeof<T>());
    const mean = a == b ? a : <T>((<f64>a + <f64>b) * 0.5);
    store<T>(to + <usize>load<u32>(numbers + (<usize>i << 2)) * sizeof<T>(), mean == mean ? mean : <T>NaN);
  }
}

function strip<T>(side: i32, from: usize, pitch: usize, length: i32, room: usize, to: usize): void {
  if (side == 3) three<T>(from, pitch, length, room, to);
  else five<T>(from, pitch, length, room, to);
}

/**
 * The windows that hold one of the listed NaN: left out where `skip`, else the result is NaN. `pitch` is in pixels; `done` takes a byte per result, `room` fifteen rows
 * of the image or of STRIP pixels, `strips` 2 side + 3 rows of those.
 */
export function doAgain32(from: usize, pitch: i32, rows: i32, cols: i32, side: i32, list: usize, count: i32, done: usize, room: usize, strips: usize, to: usize, skip: bool): void {
  doAgain<f32>(from, pitch, rows, cols, side, list, count, done, room, strips, to, skip);
}

export function doAgain64(from: usize, pitch: i32, rows: i32, cols: i32, side: i32, list: usize, count: i32, done: usize, room: usize, strips: usize, to: usize, skip: bool): void {
  doAgain<f64>(from, pitch, rows, cols, side, list, count, done, room, strips, to, skip);
}
