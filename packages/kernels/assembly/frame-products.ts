// Sums of products of frames with each other, float64: two frames against four at a time, so that each number that is read counts often.

// @ts-ignore: decorator
@inline
function addTo(at: usize, sum: v128): void {
  store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}

/** Adds the products over a piece of `length` pixels (an even number), frames `pitch` bytes apart, to `out` (lines `outPitch` bytes apart), for i and all j up to i; `count` is a multiple of 4. */
export function addProducts(frames: usize, pitch: usize, count: i32, length: i32, out: usize, outPitch: usize): void {
  const end = <usize>length << 3;
  for (let i = 0; i < count; i += 2) {
    const a = frames + <usize>i * pitch;
    const b = a + pitch;
    for (let j = 0; j <= i + 1; j += 4) {
      const c = frames + <usize>j * pitch;
      const d = c + pitch;
      const e = d + pitch;
      const f = e + pitch;
      let ac = f64x2.splat(0);
      let ad = f64x2.splat(0);
      let ae = f64x2.splat(0);
      let af = f64x2.splat(0);
      let bc = f64x2.splat(0);
      let bd = f64x2.splat(0);
      let be = f64x2.splat(0);
      let bf = f64x2.splat(0);
      for (let k: usize = 0; k < end; k += 16) {
        const x = v128.load(a + k);
        const y = v128.load(b + k);
        let v = v128.load(c + k);
        ac = f64x2.add(ac, f64x2.mul(x, v));
        bc = f64x2.add(bc, f64x2.mul(y, v));
        v = v128.load(d + k);
        ad = f64x2.add(ad, f64x2.mul(x, v));
        bd = f64x2.add(bd, f64x2.mul(y, v));
        v = v128.load(e + k);
        ae = f64x2.add(ae, f64x2.mul(x, v));
        be = f64x2.add(be, f64x2.mul(y, v));
        v = v128.load(f + k);
        af = f64x2.add(af, f64x2.mul(x, v));
        bf = f64x2.add(bf, f64x2.mul(y, v));
      }
      let to = out + <usize>i * outPitch + (<usize>j << 3);
      addTo(to, ac);
      addTo(to + 8, ad);
      addTo(to + 16, ae);
      addTo(to + 24, af);
      to += outPitch;
      addTo(to, bc);
      addTo(to + 8, bd);
      addTo(to + 16, be);
      addTo(to + 24, bf);
    }
  }
}
