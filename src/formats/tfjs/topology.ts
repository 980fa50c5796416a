/**
 * `modelTopology` as a list of layers, one after the other: a Sequential model, or a Functional one whose layers form a chain. Reads
 * what TensorFlow.js and Keras 2 write, and Keras 3's other words for the same (`batch_shape`, `keras_history`).
 */
import { ParaboundError, show } from '../../errors.js';

/** A layer as the file has it; keys of `config` in Keras's own spelling, `batch_input_shape`. */
export interface LayerConfig {
  readonly className: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Models may stand in models. */
const DEEPEST = 16;

type Fields = Record<string, unknown>;

export function layersOf(topology: unknown, path: string): LayerConfig[] {
  const invalid = (what: string, where: string, expected: string) => new ParaboundError('MODEL_INVALID', what, `${where} of ${path}`, expected);
  const unsupported = (what: string, where: string, expected: string) => new ParaboundError('MODEL_UNSUPPORTED', what, `${where} of ${path}`, expected);

  function fields(value: unknown, where: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(value === undefined ? 'missing' : show(value), where, 'an object');
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [snakeCase(key), each]));
  }

  function layer(value: unknown, where: string): LayerConfig & { readonly node: Fields } {
    const node = fields(value, where);
    if (typeof node.class_name !== 'string') throw invalid(node.class_name === undefined ? 'missing' : show(node.class_name), `class_name in ${where}`, 'the name of a class');
    const config = Array.isArray(node.config) ? { layers: node.config as unknown[] } : fields(node.config, `config in ${where}`);
    const name = node.name ?? config.name ?? (isModel(node.class_name) ? node.class_name : undefined);
    if (typeof name !== 'string') throw invalid(name === undefined ? 'no name' : show(name), where, 'the name of the layer');
    return { className: node.class_name, name, config, node };
  }

  function expand(model: LayerConfig, where: string, depth: number): LayerConfig[] {
    if (depth > DEEPEST) throw unsupported('models in models', where, `at most ${DEEPEST} of them`);
    if (!Array.isArray(model.config.layers) || model.config.layers.length === 0) throw invalid(show(model.config.layers ?? null), `layers in ${where}`, 'a list of layers, not empty');
    const layers = (model.config.layers as unknown[]).map((each, i) => layer(each, `layers[${i}] in ${where}`));
    const names = new Set<string>();
    for (const { name } of layers) {
      if (names.has(name)) throw invalid(`two layers named ${show(name)}`, where, 'names that differ');
      names.add(name);
    }
    const inOrder = model.className === 'Sequential' ? layers : chain(model, layers, where);
    return inOrder.flatMap((each) => (isModel(each.className) ? expand(each, `model ${show(each.name)}`, depth + 1) : [each]));
  }

  /** From the output back to the input, each layer read by the one behind it. */
  function chain(model: LayerConfig, layers: readonly (LayerConfig & { readonly node: Fields })[], where: string): LayerConfig[] {
    const byName = new Map(layers.map((each) => [each.name, each]));
    const end = (value: unknown, what: string): string => {
      const one = Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? (value[0] as unknown[]) : value;
      if (!Array.isArray(one) || typeof one[0] !== 'string') throw unsupported(`${what} ${show(value)}`, where, 'one');
      return one[0];
    };
    const input = end(model.config.input_layers, 'input_layers');
    let name = end(model.config.output_layers, 'output_layers');
    const backwards: (typeof layers)[number][] = [];
    for (;;) {
      const each = byName.get(name);
      if (each === undefined) throw invalid(`no layer ${show(name)}`, where, 'a layer for each name that is referred to');
      if (backwards.length === layers.length) throw invalid('a cycle', where, 'layers that lead from the input to the output');
      backwards.push(each);
      const at = `layer ${show(name)} (${each.className})`;
      const before = inbound(each.node.inbound_nodes, at);
      if (before === null) break;
      name = before;
    }
    if (name !== input) throw invalid(`the layers lead back to ${show(name)}`, where, `the input, ${show(input)}`);
    if (backwards.length < layers.length) {
      const there = new Set(backwards);
      const aside = layers.find((each) => !there.has(each))!;
      throw unsupported(`layer ${show(aside.name)} (${aside.className}) is not on the way from input to output`, where, 'layers one after the other');
    }
    return backwards.reverse();
  }

  /** The one layer that this one reads; null for the input. */
  function inbound(nodes: unknown, where: string): string | null {
    if (nodes === undefined || (Array.isArray(nodes) && nodes.length === 0)) return null;
    const one = unsupported(`inbound_nodes ${show(nodes)}`, where, 'one call of the layer, on the output of one other');
    if (!Array.isArray(nodes) || nodes.length !== 1) throw one;
    const call: unknown = nodes[0];
    if (!Array.isArray(call)) { // Keras 3: {"args":[{"class_name":"__keras_tensor__","config":{"keras_history":[name,0,0]}}],"kwargs":{}}
      const { args, kwargs } = fields(call, where);
      if (!Array.isArray(args) || args.length !== 1) throw one;
      const history = fields(fields(args[0], where).config, where).keras_history;
      return source(history, kwargs);
    }
    if (call.length === 1 && Array.isArray(call[0])) return source(call[0], (call[0] as unknown[])[3]);
    return source(call, call[3]);

    function source(from: unknown, kwargs: unknown): string {
      const [name, node, tensor] = Array.isArray(from) ? (from as unknown[]) : [];
      if (typeof name !== 'string' || node !== 0 || tensor !== 0) throw one;
      // An argument of the call may change what the layer does: `training` turns dropout on.
      const set = kwargs === undefined || kwargs === null ? [] : Object.entries(kwargs).filter(([, value]) => value !== null && value !== false);
      if (set.length > 0) throw unsupported(`the layer is called with ${show(Object.fromEntries(set))}`, where, 'no arguments but its input');
      return name;
    }
  }

  const root = fields(topology, 'modelTopology');
  const model = layer(root.model_config ?? root, 'modelTopology');
  if (!isModel(model.className)) throw unsupported(`class ${show(model.className)}`, 'modelTopology', 'a Sequential or a Functional model');
  return expand(model, 'modelTopology', 1);
}

function isModel(className: string): boolean {
  return ['Sequential', 'Functional', 'Model'].includes(className);
}

function snakeCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
