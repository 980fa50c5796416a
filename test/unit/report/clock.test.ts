import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from '../../../src/report/clock.js';

describe('an allowance of time', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['performance'] }); });
  afterEach(() => { vi.useRealTimers(); });

  it('is shared among what is still to come, by weight', () => {
    const clock = new Clock(12, [1, 1, 1]);
    expect(clock.next()).toBeCloseTo(4);
    vi.advanceTimersByTime(2000); // two seconds less than its share
    expect(clock.next()).toBeCloseTo(5);
    vi.advanceTimersByTime(9000); // longer than it was to take
    expect(clock.next()).toBeCloseTo(1);
    const weighted = new Clock(12, [1, 2, 1]);
    expect([weighted.next(), weighted.next(), weighted.next()].map((each) => Math.round(each))).toEqual([3, 8, 12]); // where nothing takes its time
  });

  it('is never below zero, nor of more parts than there are', () => {
    const clock = new Clock(1, [1]);
    expect(clock.next()).toBeCloseTo(1);
    expect(clock.next()).toBeCloseTo(1);
    vi.advanceTimersByTime(5000);
    expect(clock.next()).toBe(0);
  });
});
