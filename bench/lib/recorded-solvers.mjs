// What dReal and ibexopt did, recorded: dReal 4.21.06.2 and the ibexopt of its own IBEX 2.7.4, both built with -O3, one process on
// another 2-core machine, CPU seconds. `true` is a local maximisation, good to its digits.
export const RECORDED_ON = 'dReal 4.21.06.2 and ibexopt of IBEX 2.7.4 on another 2-core machine';

/** cats, delta: epsilon at the middle of the domain, as the paper asks for it (an equation, minus epsilon minimised). */
export const RECORDED_EQUATION = [
  { delta: 0.005, returned: 0.00725, true: 0.017511 },
  { delta: 0.01, returned: 0.0149, true: 0.035674 },
];

/** Global epsilon at delta 0.005 and 0.01: dReal proves 1% above it (best form); ibexopt certifies it to 0.1%. */
export const RECORDED_GLOBAL = [
  { network: 'cats', delta: 0.005, dReal: 0.01, ibexopt: 0.30 },
  { network: 'cats', delta: 0.01, dReal: 0.01, ibexopt: 0.09 },
  { network: 'ath_relu', delta: 0.005, dReal: 0.80, ibexopt: 4.1 },
  { network: 'ath_relu', delta: 0.01, dReal: 0.16, ibexopt: 3.0 },
  { network: 'ath_linear', delta: 0.005, dReal: 0.17, ibexopt: 23 },
  { network: 'ath_linear', delta: 0.01, dReal: 0.05, ibexopt: 8.4 },
];

/** Growth on other random networks of one output, 2 inputs, delta 0.01: [least, most] seconds; `more`: it was stopped there. */
export const RECORDED_GROWTH = [
  { tool: 'dReal', shape: '2-3-1', parameters: 13, seconds: [0.7, 0.7] },
  { tool: 'dReal', shape: '2-4-1', parameters: 17, seconds: [0.7, 5] },
  { tool: 'dReal', shape: '2-5-1', parameters: 21, seconds: [4, 162] },
  { tool: 'dReal', shape: '2-8-1', parameters: 33, seconds: [120, 120], more: true },
  { tool: 'dReal', shape: '2-3-3-1', parameters: 25, seconds: [600, 600], more: true },
  { tool: 'ibexopt', shape: '2-4-1', parameters: 17, seconds: [0.6, 7] },
  { tool: 'ibexopt', shape: '2-5-1', parameters: 21, seconds: [6, 50] },
  { tool: 'ibexopt', shape: '2-3-3-1', parameters: 25, seconds: [100, 100], more: true },
];
