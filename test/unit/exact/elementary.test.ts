import { describe, expect, it } from 'vitest';
import { activate, artanh, logit, SIGMOID, sigmoidBound, SOFTMAX, TANH, tanhBound } from '../../../src/exact/activations.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { exp, expSeries, log } from '../../../src/exact/exponential.js';
import { add, contains, type Enclosure, enclosure, multiply, ONE, point, subtract } from '../../../src/exact/real.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { random } from '../../support/random.js';
import { compare, minus, ofDecimal, ofDyadic, plus, times, type Rational, rational } from '../../support/rational.js';

type Bound = (x: Dyadic, bits: number, direction: 'down' | 'up') => Dyadic;

const at = (f: Bound, x: number | Dyadic, bits: number): Enclosure => {
  const d = typeof x === 'number' ? Dyadic.fromDouble(x) : x;
  return enclosure(f(d, bits, 'down'), f(d, bits, 'up'));
};

// Seventy digits each, from a decimal library with correctly rounded exp and ln.
const digits: Record<string, [Bound, [number, string][]]> = {
  exp: [exp, [
    [1, '2.718281828459045235360287471352662497757247093699959574966967627724077'],
    [-1, '0.3678794411714423215955237701614608674458111310317678345078368016974615'],
    [0.5, '1.648721270700128146848650787814163571653776100710148011575079311640661'],
    [1e-10, '1.000000000100000000005000003643386398580766964423081644313167180529238'],
    [-1e-300, '1.000000000000000000000000000000000000000000000000000000000000000000000'],
    [20.25, '622964442.1984454836539382913848989504158782632128101212502221565525118'],
    [-37.5, '5.175555005801868534851090705738829946024810467814550056195750367144260E-17'],
    [709.78, '1.792822794394515620908412539348977108989166274379147278139108090490212E+308'],
    [-745.25, '2.198048958993696136641798647389329380391852806502477387732704692791416E-324'],
    [0.1, '1.105170918075647630946638823458779657741663416374219620841483461310709'],
    [100000, '2.806663360426123179318385818571742708536366270565886545387436534257865E+43429'],
    [-100000, '3.562949565309373121071174418748652368608766222182630519875779851869102E-43430'],
  ]],
  sigmoid: [sigmoidBound, [
    [0.1, '0.5249791874789399874835082906641277914876949496476697501435686785201097'],
    [-0.1, '0.4750208125210600125164917093358722085123050503523302498564313214798903'],
    [1, '0.7310585786300048792511592418218362743651446401650565192763659079190405'],
    [-1, '0.2689414213699951207488407581781637256348553598349434807236340920809595'],
    [36.75, '0.9999999999999998904334996673763397165415455277496140273747613618948005'],
    [-36.75, '1.095665003326236602834584544722503859726252386381051995046133722097517E-16'],
    [700, '1.000000000000000000000000000000000000000000000000000000000000000000000'],
    [-744, '7.671944704179979073949774304421887857210371725949260696918274348759915E-324'],
    [1e-20, '0.5000000000000000000024999999999999998628831786355239291293237384236351'],
  ]],
  tanh: [tanhBound, [
    [0.1, '0.09966799462495582261427704369862483325537875402291178931613197199393322'],
    [-1, '-0.7615941559557648881194582826047935904127685972579365515968105001219532'],
    [19, '0.9999999999999999372173441590394093966516441776131509385764189464762847'],
    [-22.5, '-0.9999999999999999999427496283890121271122363699411193589492974434532022'],
    [1e-20, '9.999999999999999451532714542095716517294703694540591137798671155880288E-21'],
    [1e-200, '9.999999999999999821002623990827595960544117892897470996150535982465625E-201'],
    [2 ** -70, '8.470329472543003390683225006796419620513913989903880904576267205708316E-22'],
  ]],
  log: [log, [
    [2, '0.6931471805599453094172321214581765680755001343602552541206800094933936'],
    [3, '1.098612288668109691395245236922525704647490557822749451734694333637494'],
    [0.1, '-2.302585092994045628506840223426538727163473593876382776835200002071350'],
    [1e-300, '-690.7755278982137051803383445701005029086133415836413440625472017900871'],
    [Number.MAX_VALUE, '709.7827128933839967322233899106571455039731487366641630386030577147061'],
    [1 + 2 ** -52, '2.220446049250312834328230454615487925982331807901114702556934266544035E-16'],
    [Number.MIN_VALUE, '-744.4400719213812623141072984460816341130871443029141429256103301959047'],
    [0.75, '-0.2876820724517809274392190059938274315035097108977610565066656853492930'],
  ]],
};

describe.each(Object.entries(digits))('%s', (name, [f, rows]) => {
  it.each(rows)('at %d has the known digits', (x, text) => {
    const known = ofDecimal(text);
    const unit: Rational = times(rational(known.n < 0n ? -known.n : known.n, known.d), ofDecimal('1E-69'));
    for (const bits of [40, 150, 215]) {
      const { lo, hi } = at(f, x, bits);
      expect(compare(ofDyadic(lo), plus(known, unit))).not.toBe(1);
      expect(compare(ofDyadic(hi), minus(known, unit))).not.toBe(-1);
      // log is accurate absolutely, the others relatively.
      const magnitude = name === 'log' ? Math.max(0, hi.abs().top) : hi.top;
      expect(hi.minus(lo).compare(Dyadic.of(1n, magnitude - bits + 3))).not.toBe(1);
    }
  });

  it('narrows with the precision and stays nested', () => {
    const r = random(11);
    for (let i = 0; i < 40; i++) {
      const x = name === 'log' ? Math.abs(r.anyDouble()) || 1 : r.normal() * 10 ** r.between(-12, 2.5);
      const [wide, fine] = [at(f, x, 60), at(f, x, 400)];
      expect(wide.lo.compare(fine.lo) <= 0 && fine.hi.compare(wide.hi) <= 0).toBe(true);
    }
  });

  it('increases', () => {
    const r = random(12);
    for (let i = 0; i < 40; i++) {
      const x = name === 'log' ? r.between(0.01, 3) : r.between(-30, 30);
      expect(at(f, x, 200).hi.compare(at(f, x + 1e-9, 200).lo)).toBe(-1);
    }
  });
});

describe('identities, as overlaps of enclosures', () => {
  const overlap = (a: Enclosure, b: Enclosure): boolean => a.lo.compare(b.hi) <= 0 && b.lo.compare(a.hi) <= 0;
  const r = random(13);
  const cases = Array.from({ length: 40 }, () => [r.normal() * 10 ** r.between(-3, 1.5), r.normal()]);
  const bits = 700;

  it.each(cases)('hold at %d and %d to 700 bits', (x, y) => {
    const [dx, dy] = [Dyadic.fromDouble(x), Dyadic.fromDouble(y)];
    expect(overlap(at(exp, dx.plus(dy), bits), multiply(at(exp, dx, bits), at(exp, dy, bits)))).toBe(true);
    expect(overlap(ONE, add(at(sigmoidBound, dx, bits), at(sigmoidBound, dx.negate(), bits)))).toBe(true);
    // tanh x = 2 sigmoid(2x) - 1
    const doubled = at(sigmoidBound, dx.scaled(1), bits);
    expect(overlap(at(tanhBound, dx, bits), { lo: doubled.lo.scaled(1).minus(Dyadic.ONE), hi: doubled.hi.scaled(1).minus(Dyadic.ONE) })).toBe(true);
    // log exp x = x, through an enclosure of exp
    const e = at(exp, dx, bits);
    expect(contains(enclosure(log(e.lo, bits, 'down'), log(e.hi, bits, 'up')), dx)).toBe(true);
    // logit sigmoid x = x
    const s = at(sigmoidBound, dx, bits);
    expect(contains(enclosure(logit(s.lo, bits).lo, logit(s.hi, bits).hi), dx)).toBe(true);
    const t = at(tanhBound, dy, bits);
    expect(contains(enclosure(artanh(t.lo, bits).lo, artanh(t.hi, bits).hi), dy)).toBe(true);
  });
});

it('the series of exp, without guard bits, encloses its fraction', () => {
  const r = random(16);
  for (let i = 0; i < 200; i++) {
    const t = Dyadic.fromDouble(r.between(2 ** -12, 2 ** -4));
    const working = 8 + r.below(40);
    const { lo, hi } = expSeries(t, working);
    let [sum, term] = [rational(1n), rational(1n)];
    for (let n = 1n; n <= 14n; n++) {
      term = times(term, times(ofDyadic(t), rational(1n, n)));
      sum = plus(sum, term);
    }
    // The tail is less than the fourteenth term, under 2^-90.
    expect(compare(ofDyadic(lo), sum)).not.toBe(1);
    expect(compare(ofDyadic(hi), plus(sum, term))).not.toBe(-1);
    expect(hi.minus(lo).compare(Dyadic.of(64n, -working))).toBe(-1);
  }
});

describe('ends', () => {
  it('are exact at zero', () => {
    expect(at(exp, 0, 64)).toEqual(ONE);
    expect(at(sigmoidBound, 0, 64)).toEqual(point(Dyadic.HALF));
    expect(at(tanhBound, 0, 64)).toEqual(point(Dyadic.ZERO));
    expect(logit(Dyadic.HALF, 64)).toEqual(point(Dyadic.ZERO));
    expect(at(log, 1, 64).lo.sign + at(log, 1, 64).hi.sign).toBe(0);
  });

  it('never leave the open range', () => {
    for (const x of [1e3, 1e9, 1e12, Number.MAX_VALUE]) {
      const [top, bottom] = [at(sigmoidBound, x, 64), at(sigmoidBound, -x, 64)];
      expect(top.lo.compare(Dyadic.ONE)).toBe(-1);
      expect(top.hi.compare(Dyadic.ONE)).not.toBe(1);
      expect(bottom.lo.sign).not.toBe(-1);
      expect(toDouble(bottom.hi, 'nearest')).toBe(0);
      expect(at(tanhBound, x, 64).hi.compare(Dyadic.ONE)).not.toBe(1);
      expect(at(tanhBound, -x, 64).hi.compare(Dyadic.of(-1n))).toBe(1);
    }
    expect(at(exp, -Number.MAX_VALUE, 64).lo).toBe(Dyadic.ZERO);
    expect(() => exp(Dyadic.fromDouble(1e10), 64, 'up')).toThrow(RangeError);
  });

  it('keep relative accuracy in the tails', () => {
    for (const x of [-800, -1e5, -(2 ** 29)]) {
      const { lo, hi } = at(sigmoidBound, x, 100);
      expect(hi.minus(lo).compare(hi.scaled(-97))).toBe(-1);
    }
  });
});

describe('softmax', () => {
  it('of two logits is the sigmoid of their difference, and shares sum to one', () => {
    const r = random(14);
    for (let i = 0; i < 30; i++) {
      const z = Array.from({ length: 2 + r.below(4) }, () => point(Dyadic.fromDouble(r.normal() * r.pick([1, 30, 1e4]))));
      const f = activate(SOFTMAX, z, 300);
      const sum = f.reduce((a, b) => add(a, b));
      expect(contains(sum, Dyadic.ONE)).toBe(true);
      for (const share of f) expect(share.lo.sign >= 0 && share.hi.compare(Dyadic.ONE) <= 0).toBe(true);
      const [pair] = activate(SOFTMAX, z.slice(0, 2), 300);
      const [s] = activate(SIGMOID, [subtract(z[0], z[1])], 300);
      expect(pair.lo.compare(s.hi) <= 0 && s.lo.compare(pair.hi) <= 0).toBe(true);
      expect(pair.hi.minus(pair.lo).compare(Dyadic.of(1n, -290))).toBe(-1);
    }
  });

  it('encloses every softmax of logits inside intervals', () => {
    const r = random(15);
    for (let i = 0; i < 20; i++) {
      const inner = Array.from({ length: 3 }, () => r.normal() * 3);
      const outer = inner.map((v) => enclosure(Dyadic.fromDouble(v - r.uniform()), Dyadic.fromDouble(v + r.uniform())));
      const wide = activate(SOFTMAX, outer, 100);
      const exact = activate(SOFTMAX, inner.map((v) => point(Dyadic.fromDouble(v))), 100);
      for (const [j, f] of exact.entries()) expect(wide[j].lo.compare(f.lo) <= 0 && f.hi.compare(wide[j].hi) <= 0).toBe(true);
    }
  });

  it('of logits however far apart is as narrow as asked', () => {
    const [most, ...rest] = activate(SOFTMAX, [1e300, 0, -1e300].map((v) => point(Dyadic.fromDouble(v))), 100);
    expect(most.hi.equals(Dyadic.ONE) && most.lo.compare(Dyadic.ONE.minus(Dyadic.of(1n, -98))) > 0).toBe(true);
    for (const share of rest) expect(share.lo.sign >= 0 && share.hi.compare(Dyadic.of(1n, -98)) < 0).toBe(true);
  });

  it('answers [0, 1] where the spread of the logits defeats it, and one for one class', () => {
    const far = enclosure(Dyadic.fromDouble(-1e300), Dyadic.fromDouble(1e300));
    expect(activate(SOFTMAX, [far, far], 64)).toEqual([enclosure(Dyadic.ZERO, Dyadic.ONE), enclosure(Dyadic.ZERO, Dyadic.ONE)]);
    expect(activate(SOFTMAX, [far], 64)).toEqual([ONE]);
  });
});

it('hidden tanh and sigmoid of an interval are its image', () => {
  const z = enclosure(Dyadic.fromDouble(-0.5), Dyadic.fromDouble(2));
  for (const [code, f] of [[SIGMOID, sigmoidBound], [TANH, tanhBound]] as const) {
    expect(activate(code, [z], 90)).toEqual([{ lo: f(z.lo, 90, 'down'), hi: f(z.hi, 90, 'up') }]);
  }
});
