#include "windhover/nn/checkpoint.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "windhover/core/bytes.hpp"
#include "windhover/core/digest.hpp"
#include "windhover/core/json_text.hpp"

namespace windhover::nn {
namespace {

using OrderedJson = nlohmann::ordered_json;
using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors are written as they lie in memory");

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t longest_header_of_format = 100'000'000;
constexpr std::uint64_t longest_header = std::uint64_t{1} << 24;  // ours have a few KB

constexpr const char* metadata_key = "__metadata__";

// The checksum stands in the metadata. That there is one is said by a key of its own, so that damage to the
// name of either is noticed.
constexpr const char* checksum_key = "sha256";
constexpr const char* checksum_note_key = "checksum";
constexpr const char* checksum_note = "sha256 of the file with zeros in its place";
const std::string no_checksum(sha256_digits, '0');

/// Calls visit(element index in PyTorch's row-major order, arena index) for every element of a tensor.
template <class Visit>
void for_each_element(const Tensor& tensor, Visit&& visit) {
  std::size_t element = 0;
  for (int output = 0; output < tensor.outputs(); ++output) {
    for (int input = 0; input < tensor.inputs(); ++input) visit(element++, tensor.index(output, input));
  }
}

Metadata with_architecture(Metadata metadata, const Architecture& architecture) {
  metadata["architecture"] = Json{{"observations", architecture.observations},
                                  {"actions", architecture.actions},
                                  {"hidden", architecture.hidden},
                                  {"recurrent", architecture.recurrent},
                                  {"layer_norm", architecture.layer_norm},
                                  {"layer_norm_epsilon", architecture.layer_norm_epsilon}}
                                 .dump();
  return metadata;
}

Result<Architecture> parse_architecture(const Metadata& metadata) {
  const auto text = metadata.find("architecture");
  if (text == metadata.end()) return failure("the metadata has no 'architecture'");
  const Json json = parse_json(text->second).value_or(Json());
  Architecture architecture;
  const auto integer = [&](const char* key, int& value) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer()) return false;
    const auto number = found->get<std::int64_t>();
    if (number < 0 || number > std::numeric_limits<int>::max()) return false;
    value = static_cast<int>(number);
    return true;
  };
  const auto boolean = [&](const char* key, bool& value) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_boolean()) return false;
    value = found->get<bool>();
    return true;
  };
  const bool whole = json.is_object() && integer("observations", architecture.observations) &&
                     integer("actions", architecture.actions) && integer("hidden", architecture.hidden) &&
                     boolean("recurrent", architecture.recurrent) &&
                     boolean("layer_norm", architecture.layer_norm) && json.contains("layer_norm_epsilon") &&
                     json["layer_norm_epsilon"].is_number();
  if (!whole) return failure("the metadata's 'architecture' is not one of ours");
  architecture.layer_norm_epsilon = json["layer_norm_epsilon"].get<double>();
  WINDHOVER_RETURN_IF_ERROR(validate(architecture));
  return architecture;
}

/// Error: a file that does not start as the format has it, with 8 bytes that say how long the object is that
/// follows them.
Result<void> check_start(std::string_view file) {
  if (file.size() < length_bytes) {
    return failure(fmt::format(
        "not a safetensors file, or truncated: it has {} bytes, and the length of the header takes {}",
        file.size(), length_bytes));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), length_bytes);
  const std::string_view rest = file.substr(length_bytes);
  if (!rest.starts_with('{') || length > longest_header_of_format)
    return failure("not a safetensors file: it does not start with the length of a header and the header");
  if (length > rest.size() || length > longest_header) {
    return failure(
        fmt::format("truncated or damaged: the header claims {} bytes, but {} follow and {} is the most",
                    length, rest.size(), longest_header));
  }
  return {};
}

Result<Json> parse_header(std::span<const std::byte> file) {
  WINDHOVER_RETURN_IF_ERROR(check_start(as_text(file)));
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), length_bytes);
  const auto text = as_text(file.subspan(length_bytes, length));
  auto header = parse_json(text);
  if (!header) return in_context("the header", header.error());
  if (!header->is_object()) return failure("the header is not a JSON object");
  return header;
}

/// Error: a tensor of another number format. This comes first, as a file that was converted has another size,
/// another checksum and perhaps no metadata as well.
Result<void> check_number_formats(const Json& header) {
  for (const auto& [name, entry] : header.items()) {
    if (!entry.is_object() || !entry.contains("dtype") || name == metadata_key) continue;
    const Json& type = entry["dtype"];
    if (type == "F32") continue;
    return failure(fmt::format("tensor '{}' has dtype {}, but must have F32", name,
                               type.is_string() ? type.get<std::string>() : type.dump()));
  }
  return {};
}

Result<Metadata> parse_metadata(const Json& header) {
  const auto found = header.find(metadata_key);
  if (found == header.end() || !found->is_object()) return failure("the header has no '__metadata__'");
  Metadata metadata;
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) return failure(fmt::format("metadata '{}' is not a text", key));
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// Where the checksum's digits stand in a file that we wrote; npos if nowhere.
std::size_t checksum_position(std::string_view file) {
  const std::string before = fmt::format("\"{}\":\"", checksum_key);
  const auto found = file.find(before);
  if (found == std::string_view::npos || file.size() - found - before.size() < no_checksum.size()) {
    return std::string_view::npos;
  }
  return found + before.size();
}

/// Files without a checksum, as other programs write them, are taken as they are.
Result<void> check_checksum(std::span<const std::byte> file, const Metadata& metadata) {
  const auto sum = metadata.find(checksum_key);
  if (sum == metadata.end() && !metadata.contains(checksum_note_key)) return {};
  std::string content(as_text(file));
  const auto position = checksum_position(content);
  if (sum != metadata.end() && position != std::string::npos) {
    content.replace(position, no_checksum.size(), no_checksum);
    if (sha256_of(content) == sum->second) return {};
  }
  return failure(
      fmt::format("damaged: it has not the SHA-256 that its metadata claims; a program that changes "
                  "the file must leave out '{}' and '{}'",
                  checksum_key, checksum_note_key));
}

/// Error: a tensor that lacks part of its entry, one of ours that is not there, or one that is not ours.
Result<void> check_tensors(const Json& header, const Layout& layout) {
  for (const auto& [name, entry] : header.items()) {
    const bool whole = name == metadata_key || (entry.is_object() && entry.contains("dtype") &&
                                                entry.contains("shape") && entry.contains("data_offsets"));
    if (!whole) return failure(fmt::format("tensor '{}' lacks dtype, shape or data_offsets", name));
  }
  for (const auto& tensor : layout.tensors()) {
    if (!header.contains(tensor.name)) return failure(fmt::format("tensor '{}' is missing", tensor.name));
  }
  if (header.size() == layout.tensors().size() + 1) return {};
  return failure(fmt::format("{} tensors, but {} has {}", header.size() - 1, layout.architecture().text(),
                             layout.tensors().size()));
}

bool has_shape(const Json& entry, const Tensor& tensor) {
  const Json& shape = entry["shape"];
  return shape == Json(tensor.shape) &&
         std::ranges::all_of(shape, [](const Json& size) { return size.is_number_unsigned(); });
}

/// Where a tensor's bytes lie in the file's data.
struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string_view tensor;
};

/// The extent of one tensor, after every check of its entry that needs no other.
Result<Extent> extent_of(const Json& header, const Tensor& tensor, std::size_t data_size) {
  const Json& entry = header[tensor.name];
  if (!has_shape(entry, tensor)) {
    return failure(fmt::format("tensor '{}' has shape {}, but the architecture has {}", tensor.name,
                               entry["shape"].dump(), Json(tensor.shape).dump()));
  }
  const Json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return failure(fmt::format("tensor '{}' has no valid data_offsets", tensor.name));
  }
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data_size || end - begin != tensor.size() * sizeof(float)) {
    return failure(fmt::format("tensor '{}' lies at bytes {} to {}, but has {} bytes and the file {}",
                               tensor.name, begin, end, tensor.size() * sizeof(float), data_size));
  }
  return Extent{begin, end, tensor.name};
}

/// Error: extents that do not lie one behind the other from the first byte to the last, in whatever order.
Result<void> check_tiling(std::vector<Extent> extents, std::size_t data_size) {
  std::ranges::sort(extents, {}, &Extent::begin);
  Extent before{.tensor = "none"};
  for (const Extent& extent : extents) {
    if (extent.begin < before.end)
      return failure(fmt::format("tensors '{}' and '{}' overlap", before.tensor, extent.tensor));
    if (extent.begin > before.end)
      return failure(fmt::format("no tensor has bytes {} to {}", before.end, extent.begin));
    before = extent;
  }
  if (before.end == data_size) return {};
  return failure(fmt::format("no tensor has bytes {} to {}", before.end, data_size));
}

/// Where the tensors lie, in the layout's order.
Result<std::vector<Extent>> extents_of(const Json& header, const Layout& layout, std::size_t data_size) {
  std::vector<Extent> extents;
  for (const auto& tensor : layout.tensors()) {
    const auto extent = extent_of(header, tensor, data_size);
    if (!extent) return Failure(extent.error());
    extents.push_back(*extent);
  }
  WINDHOVER_RETURN_IF_ERROR(check_tiling(extents, data_size));
  return extents;
}

Result<void> read_tensor(std::span<float> parameters, const Tensor& tensor,
                         std::span<const std::byte> bytes) {
  bool finite = true;
  for_each_element(tensor, [&](std::size_t element, std::size_t index) {
    std::memcpy(&parameters[index], bytes.data() + element * sizeof(float), sizeof(float));
    finite = finite && std::isfinite(parameters[index]);
  });
  if (!finite) return failure(fmt::format("tensor '{}' holds NaN or infinity", tensor.name));
  return {};
}

}  // namespace

std::vector<std::byte> canonical_bytes(const Layout& layout, std::span<const float> parameters) {
  std::vector<std::byte> bytes(layout.parameter_count() * sizeof(float));
  std::size_t begin = 0;
  for (const auto& tensor : layout.tensors()) {
    for_each_element(tensor, [&](std::size_t element, std::size_t index) {
      std::memcpy(bytes.data() + begin + element * sizeof(float), &parameters[index], sizeof(float));
    });
    begin += tensor.size() * sizeof(float);
  }
  return bytes;
}

std::string write_safetensors(const Architecture& architecture, std::span<const float> parameters,
                              const Metadata& metadata) {
  const Layout layout(architecture);
  Metadata described = with_architecture(metadata, architecture);
  described[checksum_note_key] = checksum_note;
  described[checksum_key] = no_checksum;
  OrderedJson header;
  for (const auto& [key, value] : described) header[metadata_key][key] = value;
  std::size_t begin = 0;
  for (const auto& tensor : layout.tensors()) {
    const std::size_t end = begin + tensor.size() * sizeof(float);
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text = header.dump();
  text.append((length_bytes - text.size() % length_bytes) % length_bytes, ' ');  // tensors start aligned
  const std::uint64_t length = text.size();
  std::string file(length_bytes, '\0');
  std::memcpy(file.data(), &length, length_bytes);
  file += text;
  file += as_text(canonical_bytes(layout, parameters));
  return file.replace(checksum_position(file), no_checksum.size(), sha256_of(file));
}

Result<Checkpoint> read_safetensors(std::span<const std::byte> file) {
  const auto header = parse_header(file);
  if (!header) return Failure(header.error());
  WINDHOVER_RETURN_IF_ERROR(check_number_formats(*header));
  auto metadata = parse_metadata(*header);
  if (!metadata) return Failure(metadata.error());
  WINDHOVER_RETURN_IF_ERROR(check_checksum(file, *metadata));
  const auto architecture = parse_architecture(*metadata);
  if (!architecture) return Failure(architecture.error());

  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), length_bytes);
  const auto data = file.subspan(length_bytes + length);
  const Layout layout(*architecture);
  WINDHOVER_RETURN_IF_ERROR(check_tensors(*header, layout));
  // Before anything is allocated: a small file can not ask for a large arena.
  if (data.size() != layout.parameter_count() * sizeof(float)) {
    return failure(fmt::format("{} bytes of tensors, but {} has {}", data.size(), architecture->text(),
                               layout.parameter_count() * sizeof(float)));
  }
  const auto extents = extents_of(*header, layout, data.size());
  if (!extents) return Failure(extents.error());
  Checkpoint checkpoint{*architecture, *std::move(metadata), std::vector<float>(layout.arena_size(), 0.0F)};
  for (std::size_t i = 0; i < extents->size(); ++i) {
    const Extent& extent = (*extents)[i];
    WINDHOVER_RETURN_IF_ERROR(read_tensor(checkpoint.parameters, layout.tensors()[i],
                                          data.subspan(extent.begin, extent.end - extent.begin)));
  }
  return checkpoint;
}

}  // namespace windhover::nn
