/** What --help says beyond the options: what a command is for, and examples that run as they stand. */
export const HELP = {
  parabound: {
    summary: '',
    about: 'Proved bounds on how far a neural network\'s outputs move when its parameters do.\n\n'
      + 'epsilon  the largest |f_p0(x) - f_p(x)| over a box of p and a domain of x\n'
      + 'sigma    per class, the largest margin of an input whose label some p changes\n'
      + 'label    does any input change its label at all\n\n'
      + 'Every answer is an enclosure: its lower end is attained by a witness, its upper end is proved.',
    examples: `
Examples:
  parabound info cats.json
  parabound estimate epsilon cats.json --delta 0.01
  parabound verify label cats.json --delta 0.01 --at '[10, 3]'
  parabound estimate epsilon --help

Exit status: 0 the query ran, whatever the verdict; 1 internal failure; 2 wrong command line;
3 a model, box, domain, input or certificate that is missing, malformed or rejected;
130, 143 interrupted.`,
  },
  estimate: { summary: 'enclose epsilon or sigma', about: 'Enclose how far outputs move (epsilon), or how large a margin is safe (sigma).', examples: '' },
  verify: { summary: 'decide epsilon, label or sigma', about: 'Decide a property: robust, violated (with a witness), or unknown.', examples: '' },
  'estimate epsilon': {
    summary: 'how far outputs move',
    about: 'Enclose the largest |f_p0(x) - f_p(x)|: over the domain, at one input (--at), or at the input in each row of a CSV file (--inputs), where --json '
      + 'writes an object for each row on a line of its own, and then the summary.\n'
      + '--certificate writes a proof of the answer, for parabound check.',
    examples: `
Examples:
  parabound estimate epsilon cats.json --delta 0.01
  parabound estimate epsilon cats.json --delta 0.01 --at '[20.5, 2]' --gap 1e-12
  parabound estimate epsilon cats.json --delta-relative 0.001 --perturb weights --json
  parabound estimate epsilon cats.json --against copy.json --timeout 10
  parabound estimate epsilon cats.json --quantize int8 --arithmetic fp32
  parabound estimate epsilon cats.json --delta 0.01 --inputs cats.csv --json
  parabound estimate epsilon cats.json --delta 0.01 --certificate cats.proof`,
  },
  'estimate sigma': {
    summary: 'how large a margin is safe, per class',
    about: 'Enclose, for each nominal class, the largest margin of an input whose label can change.\n'
      + 'Inputs with a larger margin are safe. One output: the margin is |f - level|, class 1 is f > level; k outputs: top minus second.',
    examples: `
Examples:
  parabound estimate sigma cats.json --delta 0.01
  parabound estimate sigma cats.json --delta 0.01 --output logit --gap 1e-9`,
  },
  'verify epsilon': {
    summary: 'do outputs stay within E',
    about: 'Decide whether |f_p0(x) - f_p(x)| <= E for every parameter vector of the box and every input.',
    examples: `
Examples:
  parabound verify epsilon cats.json --epsilon 0.06 --delta 0.01
  parabound verify epsilon cats.json --epsilon 0.05 --delta 0.01 --json
  parabound verify epsilon cats.json --epsilon 0.06 --delta 0.01 --certificate cats.proof`,
  },
  'verify label': {
    summary: 'do all labels stay',
    about: 'Decide whether every input keeps its label for every parameter vector of the box.',
    examples: `
Examples:
  parabound verify label cats.json --delta 0.01
  parabound verify label cats.json --delta 0.01 --at '[10, 3]'`,
  },
  'verify sigma': {
    summary: 'do labels with a margin of S or more stay',
    about: 'Decide whether every input with a margin of S or more keeps its label.',
    examples: `
Examples:
  parabound verify sigma cats.json --sigma 0.053 --delta 0.01`,
  },
  search: { summary: 'find the largest delta, or the fewest bits, with a property', about: 'Find the largest delta, or the fewest bits, with which a property is proved.', examples: '' },
  'search delta': {
    summary: 'the largest delta with a property',
    about: 'Enclose the largest delta with which a property holds: for the lower end it is proved, for the upper end a witness\n'
      + 'violates it. --epsilon E: outputs move by E at most. --sigma S: inputs with a margin of S or more keep their label.\n'
      + '--label: every input keeps its label. Boxes are nested in delta, so that each end speaks for all deltas beyond it.',
    examples: `
Examples:
  parabound search delta cats.json --epsilon 0.05
  parabound search delta cats.json --sigma 0.03 --delta-gap 0.001
  parabound search delta cats.json --label --at '[10, 3]' --relative
  parabound search delta cats.json --epsilon 0.05 --perturb weights --timeout 10 --json`,
  },
  'search bits': {
    summary: 'the fewest bits with a property',
    about: 'Find the fewest bits with which a quantised copy has a property: for all layers alike, every width being tried,\n'
      + 'and then layer by layer, from there on. Each candidate is the copy that the format makes, and counts where it is proved.\n'
      + '--epsilon E: outputs move by E at most. --sigma S: inputs with a margin of S or more keep their label.\n'
      + '--label: every input keeps its label. What counts is bits times parameters. --formats names formats of any kind to try, floats too.',
    examples: `
Examples:
  parabound search bits athletes.json --epsilon 0.05
  parabound search bits athletes.json --sigma 0.1 --granularity channel --quantize-biases
  parabound search bits athletes.json --epsilon 0.05 --format fixed --min-bits 4 --max-bits 12
  parabound search bits athletes.json --epsilon 0.05 --formats int4,int8,bf16,fp16
  parabound search bits cats.json --label --at '[10, 3]' --timeout 10 --json`,
  },
  sensitivity: {
    summary: 'each layer\'s and each tensor\'s share of epsilon',
    about: 'Enclose epsilon with one layer or tensor moving alone, with all but that one, and with all of them.\n\n'
      + 'share   alone / all: what it would cause by itself\n'
      + 'saving  1 - without / all: how much smaller epsilon is if it is left as it was\n\n'
      + 'Changes of different tensors interact: shares need not add up to 1, nor savings.',
    examples: `
Examples:
  parabound sensitivity cats.json --delta 0.01
  parabound sensitivity cats.json --delta-relative 0.001 --relative-gap 0.01
  parabound sensitivity cats.json --against copy.json --timeout 10 --json`,
  },
  eval: {
    summary: 'evaluate one input exactly; replay a witness',
    about: 'Evaluate the network at one input in exact arithmetic, with its own parameters and with others: replays a witness.',
    examples: `
Examples:
  parabound eval cats.json --at '[20.5, 2]'
  parabound estimate epsilon cats.json --delta 0.01 --json > result.json
  parabound eval cats.json --parameters result.json
  parabound eval cats.json --against copy.json --at '[20.5, 2]'
  parabound eval cats.json --quantize int8 --at '[20.5, 2]'`,
  },
  verdicts: {
    summary: 'which rows of a table of inputs can change their label',
    about: 'For each input of a CSV file: safe (no parameters of the box change its label), flips\n'
      + '(with parameters that do), or undecided. --inputs - reads standard input.\n\n'
      + '--json writes NDJSON as it goes: an object for each input on a line of its own,\n'
      + 'then the summary. A first row without numbers is a header.',
    examples: `
Examples:
  parabound verdicts cats.json --inputs cats.csv --delta 0.01
  parabound verdicts cats.json --inputs cats.csv --delta 0.01 --json > verdicts.ndjson
  cat cats.csv | parabound verdicts cats.json --inputs - --against copy.json --json --witness none`,
  },
  region: {
    summary: 'where in the domain labels can change',
    about: 'The flip region: how much of the domain is proved safe, how much is proved to flip, and what is\n'
      + 'undecided, each as an enclosure; with two inputs that vary, also as a picture (--out).\n\n'
      + 'Other inputs are held still by --slice or by a domain with equal ends.',
    examples: `
Examples:
  parabound region cats.json --delta 0.01
  parabound region cats.json --delta 0.01 --out region.svg
  parabound region cats.json --delta 0.01 --resolution 0.001 --boxes 100000 --json
  parabound region cats.json --delta 0.01 --slice 'x0=10'`,
  },
  export: { summary: 'write a query for another solver', about: 'Write a query as a problem for another solver.', examples: '' },
  'export smt2': {
    summary: 'as SMT-LIB 2, for dReal, Z3, cvc5',
    about: 'Write a query as SMT-LIB 2. With a threshold (--epsilon, --sigma) and for labels it asks whether the property is violated, else for the optimum.\n\n'
      + '--target   dreal     nonlinear reals with exp, decimals that are exact\n'
      + '           rational  exact fractions without exp: labels, sigma, logits, one input\n'
      + '           cvc5      exact fractions with exp\n'
      + '--form     plain       outputs as they are, an alternative for each direction\n'
      + '           absolute    one |difference|\n'
      + '           product     (f0 + E) (1 + exp(-z)) < 1: no quotient\n'
      + '           logit       levels carried back to z\n'
      + '           equation    eps = |difference|, minimize -eps: as the paper has it\n'
      + '           deviation   unknowns are changes of the parameters\n'
      + '           hyperbolic  the same, with sinh and cosh\n'
      + '--encoding parameters  an unknown for each weight and bias\n'
      + '           neurons     an unknown for each neuron: all that leads into it acts as one number\n\n'
      + 'The head of the file says what is asked and which answers are conclusive.',
    examples: `
Examples:
  parabound export smt2 cats.json --property epsilon --epsilon 0.06 --delta 0.01
  parabound export smt2 cats.json --property epsilon --delta 0.01 --form equation
  parabound export smt2 cats.json --property label --delta 0.01 --at '[10, 3]' --target rational
  parabound export smt2 cats.json --property sigma --sigma 0.053 --delta 0.01 --out sigma.smt2
  parabound export smt2 cats.json --property sigma --class 1 --delta 0.01`,
  },
  'export minibex': {
    summary: 'as Minibex, for ibexopt',
    about: 'Write an optimum, epsilon or sigma of a class, as Minibex for ibexopt.',
    examples: `
Examples:
  parabound export minibex cats.json --property epsilon --delta 0.01 --out cats.bch
  parabound export minibex cats.json --property sigma --class 1 --delta 0.01`,
  },
  check: {
    summary: 'check a certificate, independently',
    about: 'Check a certificate, independently, and say what it proves of the model.\n\n'
      + 'The checker shares no code with what searched. It has readers, arithmetic and\n'
      + 'bounds of its own, and proves every leaf again; leaves that are left to Z3 by asking\n'
      + 'it about a formula of its own. Exit status 3 if it rejects.',
    examples: `
Examples:
  parabound estimate epsilon cats.json --delta 0.01 --certificate cats.proof
  parabound check cats.proof cats.json
  parabound check cats.proof cats.json --json`,
  },
  certificate: { summary: 'unpack and pack certificates', about: 'Turn certificates into JSON, and JSON into certificates.', examples: '' },
  'certificate unpack': {
    summary: 'print a certificate as JSON',
    about: 'Print a certificate as JSON: what it states, and its trees. docs/certificate-format.md explains it.',
    examples: `
Examples:
  parabound certificate unpack cats.proof > cats.proof.json`,
  },
  'certificate pack': {
    summary: 'make a certificate from JSON',
    about: 'Make a certificate from the JSON that unpack prints, with every hash computed anew.',
    examples: `
Examples:
  parabound certificate pack cats.proof.json again.proof`,
  },
  report: {
    summary: 'a page with proofs, to hand on',
    about: 'Write a self-contained HTML page: the question in plain words, the verdict, what\n'
      + 'is attained and what is proved, which inputs can flip, which tensors matter, what\n'
      + 'common formats would do, what was assumed, and how to check it all. --epsilon and\n'
      + '--sigma add properties to decide.',
    examples: `
Examples:
  parabound report cats.json --delta 0.01
  parabound report cats.json --delta 0.01 --sigma 0.053 --out cats.html
  parabound report cats.json --quantize int8 --granularity channel --timeout 30
  parabound report cats.json --against copy.json --certificates proofs
  parabound report cats.json --delta 0.01 --sections label,epsilon --json`,
  },
  quantize: {
    summary: 'write the copy that a format or a pruning makes',
    about: 'Write the model with its weights rounded to a format, the smallest of them pruned, or both,\n'
      + 'in the format that FILE ends in (.json, .nnet, .safetensors): the copy that queries with the same options set beside it.\n'
      + 'docs/quantize.md has the formulas of each format, and the frameworks they are from.',
    examples: `
Examples:
  parabound quantize cats.json --quantize int8 --quantize-biases --out copy.json
  parabound quantize cats.json --quantize fp16 --prune magnitude:30% --out copy.json
  parabound estimate epsilon cats.json --quantize int8 --granularity channel
  parabound estimate epsilon cats.json --quantize int4 --as box
  parabound verify label cats.json --prune-box magnitude:30%`,
  },
  info: {
    summary: 'say what is in a model file',
    about: 'Say what is in a model file: its format and the types of its tensors, shape, activations, the range of each layer\'s numbers,\n'
      + 'domain, labels, hash, and how exact answers on it are.',
    examples: `
Examples:
  parabound info cats.json
  parabound info cats.json --json`,
  },
  convert: {
    summary: 'write a model in another format',
    about: 'Write a model in another format, number for number: the hash stays. The extension of FILE names the format.\n\n'
      + '.json         parabound-model@1; any model\n'
      + '.nnet         relu layers, the last linear\n'
      + '.safetensors  float32 where that is exact, else float64; with FILE.layout.json beside it\n\n'
      + 'What a format cannot hold is refused, with why.',
    examples: `
Examples:
  parabound convert cats.json --out cats.safetensors
  parabound convert cats.safetensors --out again.json`,
  },
  reproduce: {
    summary: 'reproduce the paper\'s Table 1 and Figs. 6, 7, 8',
    about: 'Reproduce the paper\'s Table 1 and Figs. 6, 7, 8 from the example models in the package.',
    examples: `
Examples:
  parabound reproduce --out reproduction`,
  },
} as const;
