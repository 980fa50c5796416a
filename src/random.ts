/**
 * A seeded generator of doubles in [0, 1): xoshiro128** (Blackman & Vigna, 2018), its state filled by SplitMix32.
 *
 * `Math.random` cannot be seeded, and training and figures have to come out the same on every machine. Only 32-bit integer operations
 * and an exact division are used, so the sequence is fixed by the language.
 */
export function seededRandom(seed: number): () => number {
  let mix = seed >>> 0;
  const splitMix32 = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = splitMix32();
  let b = splitMix32();
  let c = splitMix32();
  let d = splitMix32();

  const next32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };

  // 26 + 27 random bits over 2^53: every value is a double, none is 1.
  return () => ((next32() >>> 6) * 0x8000000 + (next32() >>> 5)) / 0x20000000000000;
}
