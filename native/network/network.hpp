// A feed-forward network of dense layers with exact double parameters, and the flat order of them:
// layer by layer, weights row-major (a row for each output neuron), then biases.
#pragma once

#include <cstddef>
#include <vector>

namespace parabound {

enum class Activation { linear = 0, relu = 1, sigmoid = 2, tanh = 3, softmax = 4 };

struct Layer {
  int inputs = 0;
  int outputs = 0;
  Activation activation = Activation::linear;
  std::size_t weights = 0;  // offset of the first weight in the flat parameters
  std::size_t biases = 0;   // offset of the first bias

  std::size_t weight(int row, int column) const {
    return weights + static_cast<std::size_t>(row) * static_cast<std::size_t>(inputs) + static_cast<std::size_t>(column);
  }
  std::size_t bias(int row) const { return biases + static_cast<std::size_t>(row); }
};

struct Network {
  int inputs = 0;
  std::vector<Layer> layers;
  std::vector<double> parameters;  // nominal, p0

  const Layer& last() const { return layers.back(); }
  int outputs() const { return layers.back().outputs; }
  int hidden_layers() const { return static_cast<int>(layers.size()) - 1; }

  /// Appends a layer and says where its parameters stand. The caller fills `parameters`.
  void add_layer(int outputs, Activation activation) {
    Layer layer;
    layer.inputs = layers.empty() ? inputs : layers.back().outputs;
    layer.outputs = outputs;
    layer.activation = activation;
    layer.weights = layers.empty() ? 0 : layers.back().biases + static_cast<std::size_t>(layers.back().outputs);
    layer.biases = layer.weights + static_cast<std::size_t>(layer.inputs) * static_cast<std::size_t>(outputs);
    layers.push_back(layer);
  }
  std::size_t parameter_count() const {
    return layers.empty() ? 0 : layers.back().biases + static_cast<std::size_t>(layers.back().outputs);
  }
};

}  // namespace parabound
