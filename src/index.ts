/** What users import. docs/library.md describes it. */
export { loadModel } from './network/load.js';
export { Model, type Activation, type Decision, type LayerShape } from './network/model.js';
export type { ModelObject } from './network/parse.js';
export { exactnessOf, type Exactness } from './network/exactness.js';
export { quantizeModel, type QuantizeModelOptions } from './query/quantized.js';
export type { Quantization, QuantizedTensor } from './quantize/quantize.js';
export { modelObject } from './network/serialize.js';
export { estimateEpsilon, verifyEpsilon } from './query/epsilon.js';
export { estimateEpsilonBatch, streamEpsilon, type BatchOptions, type EpsilonBatch, type LocalEpsilon } from './query/batch.js';
export { estimateSigma, verifyLabel, verifySigma } from './query/sigma.js';
export { streamVerdicts, type VerdictOptions } from './verdicts/verdicts.js';
export type { InputVerdict, VerdictsSummary } from './verdicts/result.js';
export { flipRegion, type RegionOptions, type RegionProgress } from './region/region.js';
export { regionFigure } from './region/figure.js';
export type { Picture, RegionBox, RegionResult } from './region/result.js';
export { evaluate, type Bounds, type EvaluateOptions, type Evaluation, type EvaluationResult } from './query/evaluate.js';
export type { QueryOptions } from './query/settings.js';
export type { Measure } from './search/native.js';
export type { Progress } from './search/request.js';
export type {
  ClassResult, EpsilonResult, InputBox, SigmaResult, Stats, Status, Verdict, VerifyResult, Witness,
} from './query/result.js';
export { searchBits, type Assignment, type BitsOptions, type BitsProgress, type BitsResult, type Candidate } from './decide/bits.js';
export { searchDelta, type DeltaOptions, type DeltaProgress, type DeltaResult, type DeltaStatus, type DeltaStep } from './decide/delta.js';
export type { Property, PropertyOptions } from './decide/property.js';
export { sensitivity, type Part, type SensitivityOptions, type SensitivityResult, type Share } from './decide/sensitivity.js';
export { exportMinibex, exportSmt2, type Export, type ExportQuery } from './export/export.js';
export { report, type Report } from './handout/report.js';
export type { ReportOptions, ReportProgress } from './handout/options.js';
export type { ReportResults } from './handout/results.js';
export { reproduce, type ReproduceOptions, type ReproduceProgress, type ReproduceResult } from './report/reproduce.js';
export type { Reproduction } from './report/reproduction.js';
export { WorkerPool } from './search/pool.js';
export { readInputs, type InputRow } from './formats/csv.js';
export { readVnnlib, type Property as VnnlibProperty } from './formats/vnnlib/read.js';
export { ERRORS, ParaboundError, type ErrorCode } from './errors.js';
export { version } from './version.js';
