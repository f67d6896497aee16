#pragma once

#include <span>
#include <stop_token>

#include "windhover/core/random.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::nn {

/// Initial values: Linear weights orthogonal with gain 1, those of the two heads with `head_gain` (Saxe,
/// McClelland, Ganguli 2014), and biases 0; GRU weights and biases uniform on +-1/sqrt(H); LayerNorm gain 1
/// and offset 0. `parameters` is an arena of `layout`; padding becomes 0. Computed in double whatever T is,
/// so that both number formats start from the same point. That takes minutes for thousands of units; when a
/// stop is requested it ends early, with values that are of no use.
template <class T>
void initialise(std::span<T> parameters, const Layout& layout, Stream stream, double head_gain = 1.0,
                const std::stop_token& stop = {});

extern template void initialise<float>(std::span<float>, const Layout&, Stream, double,
                                       const std::stop_token&);
extern template void initialise<double>(std::span<double>, const Layout&, Stream, double,
                                        const std::stop_token&);

}  // namespace windhover::nn
