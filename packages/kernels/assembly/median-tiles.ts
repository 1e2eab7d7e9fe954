// The middle value of the pixels around each pixel, for windows of any size and images with NaN, in float32. It walks over tiles whose pixels have been numbered
// in the order of their values, with a bit for each pixel in the window.

export { widen16 } from './lib/widen';

const ABSENT: u32 = 0xffff_ffff;

/** Whole numbers in the order of the values: -0 is 0, NaN is above all. */
// @ts-ignore: decorator
@inline
function keyOf(bits: u32): u32 {
  if ((bits & 0x7fff_ffff) > 0x7f80_0000) return ABSENT;
  if (bits == 0x8000_0000) bits = 0;
  return bits ^ (<u32>(<i32>bits >> 31) | 0x8000_0000);
}

// @ts-ignore: decorator
@inline
function valueOf(key: u32): f32 {
  return reinterpret<f32>(key & 0x8000_0000 ? key ^ 0x8000_0000 : ~key);
}

/** A tile's tables begin with the counts of the keys' four bytes. */
// @ts-ignore: decorator
@inline
const COUNTS: usize = 4 * 256 * 4;

/**
 * Medians of windows of `ky` x `kx` for `rows` x `cols` pixels; `from` is the image with its border, lines `pitch` bytes apart, those of `to` `width` pixels.
 * `skip`: NaN are left out, and of an even number the mean of the two in the middle is taken; else they make the result NaN, and the upper one is taken.
 */
export function tiles(from: usize, pitch: usize, rows: i32, cols: i32, ky: i32, kx: i32, tileY: i32, tileX: i32, room: usize, to: usize, width: i32, skip: bool): void {
  for (let y = 0; y < rows; y += tileY) {
    for (let x = 0; x < cols; x += tileX) {
      tile(from + <usize>y * pitch + (<usize>x << 2), pitch, min(tileY, rows - y), min(tileX, cols - x), ky, kx, room, to + (<usize>(y * width + x) << 2), width, skip);
    }
  }
}

function tile(from: usize, pitch: usize, rows: i32, cols: i32, ky: i32, kx: i32, room: usize, to: usize, width: i32, skip: bool): void {
  const tall = rows + ky - 1;
  const wide = cols + kx - 1;
  const size = tall * wide;
  const first = room + COUNTS;
  const ranks = first + (<usize>size << 4);
  const values = ranks + (<usize>size << 2);
  const words = values + (<usize>size << 2);
  memory.fill(words, 0, <usize>((size >> 6) + 2) << 3);
  const sorted = sort(gather(from, pitch, tall, wide, room), size, room, first, first + (<usize>size << 3));
  let valid = 0;
  for (let i = 0; i < size; i++) {
    const pair = load<u64>(sorted + (<usize>i << 3));
    const key = <u32>(pair >> 32);
    if (key != ABSENT) valid = i + 1;
    store<u32>(ranks + (<usize>(<u32>pair) << 2), i);
    store<f32>(values + (<usize>i << 2), valueOf(key));
  }

  // The window goes right along one row, left along the next, and keeps a bit for each pixel in it.
  const all = ky * kx;
  let here = 0;
  let word = 0;
  let below = 0;
  for (let v = 0; v < ky; v++) {
    for (let u = 0; u < kx; u++) {
      const rank = load<u32>(ranks + (<usize>(v * wide + u) << 2));
      const at = words + (<usize>(rank >> 6) << 3);
      store<u64>(at, load<u64>(at) | (<u64>1 << (rank & 63)));
      here += i32(<i32>rank < valid);
    }
  }
  let x = 0;
  for (let y = 0; y < rows; y++) {
    const step = y & 1 ? -1 : 1;
    const last = y & 1 ? 0 : cols - 1;
    for (;;) {
      let result = <f32>NaN;
      if (here == all || (skip && here > 0)) {
        const n = skip ? (here - 1) >> 1 : all >> 1;
        // The word that holds the n-th of the window's pixels.
        while (below > n) {
          word -= 1;
          below -= <i32>popcnt(load<u64>(words + (<usize>word << 3)));
        }
        let bits = load<u64>(words + (<usize>word << 3));
        let count = <i32>popcnt(bits);
        while (below + count <= n) {
          below += count;
          word += 1;
          bits = load<u64>(words + (<usize>word << 3));
          count = <i32>popcnt(bits);
        }
        for (let i = below; i < n; i++) bits &= bits - 1;
        result = load<f32>(values + (<usize>((word << 6) + <i32>ctz(bits)) << 2));
        if (skip && (here & 1) == 0) {
          bits &= bits - 1;
          let next = word;
          while (bits == 0) {
            next += 1;
            bits = load<u64>(words + (<usize>next << 3));
          }
          const other = load<f32>(values + (<usize>((next << 6) + <i32>ctz(bits)) << 2));
          result = <f32>((<f64>result + <f64>other) * 0.5);
          if (result != result) result = NaN;
        }
      }
      store<f32>(to + (<usize>(y * width + x) << 2), result);
      if (x == last) break;
      const goes = ranks + (<usize>(y * wide + (step > 0 ? x : x + kx - 1)) << 2);
      const comes = ranks + (<usize>(y * wide + (step > 0 ? x + kx : x - 1)) << 2);
      for (let v = 0, at: usize = 0; v < ky; v++, at += <usize>wide << 2) {
        const out = load<u32>(goes + at);
        const a = words + (<usize>(out >> 6) << 3);
        store<u64>(a, load<u64>(a) ^ (<u64>1 << (out & 63)));
        const into = load<u32>(comes + at);
        const b = words + (<usize>(into >> 6) << 3);
        store<u64>(b, load<u64>(b) ^ (<u64>1 << (into & 63)));
        below += i32(<i32>(into >> 6) < word) - i32(<i32>(out >> 6) < word);
        here += i32(<i32>into < valid) - i32(<i32>out < valid);
      }
      x += step;
    }
    if (y + 1 == rows) break;
    const goes = ranks + (<usize>(y * wide + x) << 2);
    const comes = goes + (<usize>(ky * wide) << 2);
    for (let at: usize = 0, end = <usize>kx << 2; at < end; at += 4) {
      const out = load<u32>(goes + at);
      const a = words + (<usize>(out >> 6) << 3);
      store<u64>(a, load<u64>(a) ^ (<u64>1 << (out & 63)));
      const into = load<u32>(comes + at);
      const b = words + (<usize>(into >> 6) << 3);
      store<u64>(b, load<u64>(b) ^ (<u64>1 << (into & 63)));
      below += i32(<i32>(into >> 6) < word) - i32(<i32>(out >> 6) < word);
      here += i32(<i32>into < valid) - i32(<i32>out < valid);
    }
  }
}

/** Keys with their places, behind the counts of each of the keys' four bytes at `room`; gives back where they lie. */
function gather(from: usize, pitch: usize, tall: i32, wide: i32, room: usize): usize {
  memory.fill(room, 0, COUNTS);
  const first = room + COUNTS;
  let place = 0;
  for (let v = 0; v < tall; v++, from += pitch) {
    for (let u = 0; u < wide; u++, place++) {
      const key = keyOf(load<u32>(from + (<usize>u << 2)));
      store<u64>(first + (<usize>place << 3), (<u64>key << 32) | <u64>place);
      count(room, key & 0xff);
      count(room + 1024, (key >> 8) & 0xff);
      count(room + 2048, (key >> 16) & 0xff);
      count(room + 3072, key >> 24);
    }
  }
  return first;
}

// @ts-ignore: decorator
@inline
function count(table: usize, digit: u32): void {
  const at = table + (<usize>digit << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Sorts by keys, byte by byte, between the two tables; a byte that all keys share is passed over. Gives back where the result lies. */
function sort(from: usize, size: i32, counts: usize, first: usize, second: usize): usize {
  for (let digit = 0; digit < 4; digit++, counts += 1024) {
    const shift = 32 + 8 * <u64>digit;
    const one = <usize>((load<u64>(from) >> shift) & 0xff) << 2;
    if (load<u32>(counts + one) == <u32>size) continue;
    let sum: u32 = 0;
    for (let i: usize = 0; i < 1024; i += 4) {
      const n = load<u32>(counts + i);
      store<u32>(counts + i, sum);
      sum += n;
    }
    const to = from == first ? second : first;
    for (let i = 0; i < size; i++) {
      const pair = load<u64>(from + (<usize>i << 3));
      const at = counts + (<usize>((pair >> shift) & 0xff) << 2);
      const place = load<u32>(at);
      store<u32>(at, place + 1);
      store<u64>(to + (<usize>place << 3), pair);
    }
    from = to;
  }
  return from;
}
