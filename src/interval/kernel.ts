/**
 * The interval kernel of the addon (native/interval, native/napi/interval.cpp), as tests and benchmarks see it. The search does
 * not come this way: it calls the kernel in C++. Every function encloses: results at real points of the arguments lie in the result.
 */

/** Intervals by their ends; both arrays of one length. An end may be infinite; NaN counts as infinite. */
export interface Intervals {
  lo: Float64Array;
  hi: Float64Array;
}

/** Work done and the wall time that it took, inside the addon. */
export interface Timing {
  /** Multiply-adds of doubles, lanes counted; for the dense kernels 2 for each interval multiply-add. */
  multiplyAdds: number;
  seconds: number;
}

export interface IntervalKernel {
  add(a: Intervals, b: Intervals): Intervals;
  sub(a: Intervals, b: Intervals): Intervals;
  mul(a: Intervals, b: Intervals): Intervals;
  /** The whole line where b holds 0. */
  div(a: Intervals, b: Intervals): Intervals;
  relu(a: Intervals): Intervals;
  sqr(a: Intervals): Intervals;
  /** One interval: the sum of the products. */
  dot(a: Intervals, b: Intervals): Intervals;
  exp(x: Intervals): Intervals;
  sigmoid(x: Intervals): Intervals;
  tanh(x: Intervals): Intervals;
  sigmoidDerivative(x: Intervals): Intervals;
  tanhDerivative(x: Intervals): Intervals;
  sigmoidSecond(x: Intervals): Intervals;
  tanhSecond(x: Intervals): Intervals;
  /** Of one vector of logits. */
  softmax(z: Intervals): Intervals;
  /** ln(l / (1 - l)) of each level. */
  logit(levels: Float64Array): Intervals;
  /** W x + b: outputs x inputs weights and inputs x columns intervals, both row-major; outputs x columns come back. */
  densePoint(backend: string, weights: Float64Array, biases: Float64Array, x: Intervals, columns: number): Intervals;
  denseInterval(backend: string, weights: Intervals, biases: Intervals, x: Intervals, columns: number): Intervals;
  /** What this machine can run, the slowest first. */
  backends(): { name: string; lanes: number }[];
  /** The one in use: that of the environment variable PARABOUND_ISA (RangeError where it cannot run here), else the widest. */
  chosenBackend(): string;
  /** What the searches of this process have spent on matrix products so far (native/interval/simd/tally.hpp). */
  multiplyAdds(): number;
  /** Independent multiply-adds in registers: what the dense kernels and searches are measured against. */
  fmaPeak(backend: string, rounds: number): Timing;
  denseThroughput(backend: string, weights: 'point' | 'interval', inputs: number, outputs: number, columns: number, rounds: number): Timing;
  /** The rounding mode in force while the kernel computes: 1, upward. */
  roundingInside(): number;
}
