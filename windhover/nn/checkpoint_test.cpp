#include "windhover/nn/checkpoint.hpp"

#include <cstring>
#include <limits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/nn/initialise.hpp"

namespace windhover::nn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Architecture stored_network{
    .observations = 5, .actions = 2, .hidden = 4, .recurrent = true, .layer_norm = true};

std::vector<float> some_parameters() {
  const Layout layout(stored_network);
  std::vector<float> parameters(layout.arena_size());
  initialise<float>(parameters, layout, Stream({.seed = 9}));
  return parameters;
}

std::string some_file() {
  return write_safetensors(stored_network, some_parameters(), {{"cell", "gru+ln"}, {"seed", "42"}});
}

/// The file as a program would write it that knows nothing of the checksum.
std::string without_checksum(std::string file) {
  for (const std::string key : {"\"checksum\":", "\"sha256\":"}) {
    const auto position = file.find(key);
    EXPECT_NE(position, std::string::npos) << key;
    file[position + 1] = 'x';
  }
  return file;
}

std::string error_of(const std::string& file) {
  const auto checkpoint = read_safetensors(std::as_bytes(std::span(file)));
  return checkpoint ? "accepted" : checkpoint.error().message;
}

/// The file with a text in its header replaced by one of the same length.
std::string with_header_text(const std::string& from, const std::string& to) {
  EXPECT_EQ(from.size(), to.size());
  std::string file = without_checksum(some_file());
  const auto position = file.find(from);
  EXPECT_NE(position, std::string::npos) << from;
  return file.replace(position, from.size(), to);
}

TEST(Checkpoint, ComesBackAsItWas) {
  const std::string file = some_file();
  const auto checkpoint = read_safetensors(std::as_bytes(std::span(file)));
  ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().message;
  EXPECT_EQ(checkpoint->architecture, stored_network);
  EXPECT_EQ(checkpoint->metadata.at("cell"), "gru+ln");
  EXPECT_EQ(checkpoint->parameters, some_parameters());
}

/// The layout of the format, byte by byte, as its README has it: an independent reader finds feature.bias in
/// place.
TEST(Checkpoint, IsASafetensorsFile) {
  const std::string file = some_file();
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), 8);
  EXPECT_EQ(length % 8, 0U);
  const auto header = nlohmann::json::parse(file.substr(8, length));
  const auto& entry = header.at("gru.weight_ih");
  EXPECT_EQ(entry.at("dtype"), "F32");
  EXPECT_EQ(entry.at("shape"), nlohmann::json({12, 4}));
  const std::size_t begin = entry.at("data_offsets")[0];
  EXPECT_EQ(entry.at("data_offsets")[1].get<std::size_t>() - begin, std::size_t{12} * 4 * sizeof(float));
  float second_row_first = 0;  // row-major (out, in): element (1, 0)
  std::memcpy(&second_row_first, file.data() + 8 + length + begin + 4 * sizeof(float), sizeof(float));
  const Layout layout(stored_network);
  for (const Tensor& tensor : layout.tensors()) {
    if (tensor.name == "gru.weight_ih") {
      EXPECT_EQ(second_row_first, some_parameters()[tensor.index(1, 0)]);
    }
  }
}

TEST(Checkpoint, FlippedBitsAreErrorsWhereverTheyAre) {
  const std::string file = some_file();
  std::string damaged = file;
  for (std::size_t bit = 0; bit < 8 * file.size(); bit += 5) {
    damaged[bit / 8] = static_cast<char>(file[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(error_of(damaged), "accepted") << "bit " << bit;
    damaged[bit / 8] = file[bit / 8];
  }
}

TEST(Checkpoint, OneWithoutAChecksumIsTakenAsItIs) {
  EXPECT_EQ(error_of(without_checksum(some_file())), "accepted");
}

TEST(Checkpoint, EveryTruncationIsAnError) {
  const std::string file = some_file();
  for (std::size_t size = 0; size < file.size(); size += 7)
    EXPECT_NE(error_of(file.substr(0, size)), "accepted") << size;
}

TEST(Checkpoint, SaysWhatIsWrong) {
  EXPECT_THAT(error_of(""), HasSubstr("truncated"));
  std::string beyond = some_file();
  const std::uint64_t length = beyond.size();
  std::memcpy(beyond.data(), &length, 8);
  EXPECT_THAT(error_of(beyond), HasSubstr("the header claims " + std::to_string(length) + " bytes"));
  EXPECT_THAT(error_of(with_header_text("\"F32\"", "\"F16\"")), HasSubstr("F32"));
  EXPECT_THAT(error_of(with_header_text("[12,4]", "[4,12]")), HasSubstr("shape"));
  EXPECT_THAT(error_of(with_header_text("\"policy.bias\"", "\"policy.bios\"")),
              HasSubstr("'policy.bias' is missing"));
  EXPECT_THAT(error_of(with_header_text("\\\"hidden\\\":4", "\\\"hidden\\\":9")),
              HasSubstr("bytes of tensors"));
  EXPECT_THAT(error_of(with_header_text("\\\"layer_norm\\\":true,\\\"layer_norm_epsilon\\\":1e-05",
                                        "\\\"layer_norm\\\":4294967297,\\\"layer_norm_epsil\\\":9")),
              HasSubstr("not one of ours"));
  EXPECT_THAT(error_of(with_header_text("__metadata__", "__metadato__")), HasSubstr("__metadata__"));
}

TEST(Checkpoint, NanIsRefusedByName) {
  auto parameters = some_parameters();
  const Layout layout(stored_network);
  parameters[layout.input_gates_bias.offset + 2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(error_of(write_safetensors(stored_network, parameters, {})),
              HasSubstr("'gru.bias_ih' holds NaN"));
}

TEST(Checkpoint, OtherFilesAreNoSafetensorsFiles) {
  for (const std::string& content :
       {std::string("name = \"entropy-and-size\"\n[factors]\nhidden = [8, 16]\n"), std::string(8, '\0'),
        std::string(100, '\0'), std::string("{\"a\": 1, \"b\": {\"c\": 2}}"),
        std::string("PK\x03\x04 and more of it"), std::string("x = 1 # {{"), std::string(8, '\xff') + "{}"}) {
    EXPECT_THAT(error_of(content), HasSubstr("not a safetensors file")) << content;
    EXPECT_THAT(error_of(content), Not(HasSubstr("claims"))) << content;
  }
}

/// The parts of a file without a checksum, to be changed and put together again.
struct Parts {
  nlohmann::ordered_json header;
  std::string data;

  explicit Parts(const std::string& file) {
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), 8);
    header = nlohmann::ordered_json::parse(file.substr(8, length));
    data = file.substr(8 + length);
  }
  [[nodiscard]] static std::string joined(const std::string& header_text, const std::string& data) {
    const std::uint64_t length = header_text.size();
    std::string file(8, '\0');
    std::memcpy(file.data(), &length, 8);
    return file + header_text + data;
  }
  [[nodiscard]] std::string joined() const { return joined(header.dump(), data); }
};

TEST(Checkpoint, OverlappingTensorsAreRefused) {
  Parts parts(without_checksum(some_file()));
  parts.header["gru.bias_hh"]["data_offsets"] = parts.header["gru.bias_ih"]["data_offsets"];
  EXPECT_THAT(error_of(parts.joined()), AllOf(HasSubstr("'gru.bias_hh'"), HasSubstr("overlap")));
}

/// Two tensors of one size at the same place, beyond which nothing lies.
TEST(Checkpoint, TensorsThatOverlapAtTheEndAreRefused) {
  Parts parts(without_checksum(some_file()));
  auto& last = parts.header["feature_norm.bias"]["data_offsets"];
  auto& other = parts.header["feature_norm.weight"]["data_offsets"];
  auto& value = parts.header["value.bias"]["data_offsets"];
  ASSERT_EQ(last[1].get<int>() - last[0].get<int>(), 16);
  ASSERT_EQ(value[1].get<std::size_t>(), parts.data.size());
  // Everything behind these two moves to their place, so that they share the end of the file.
  const auto begin = other[0].get<std::size_t>();
  for (auto& [name, entry] : parts.header.items()) {
    if (name == "__metadata__" || entry["data_offsets"][0].get<std::size_t>() < begin + 32) continue;
    for (auto& offset : entry["data_offsets"]) offset = offset.get<std::size_t>() - 32;
  }
  const auto end = parts.data.size();
  other = {end - 32, end - 16};
  last = {end - 32, end - 16};
  EXPECT_THAT(error_of(parts.joined()), HasSubstr("overlap"));
  last = {end - 16, end};
  EXPECT_EQ(error_of(parts.joined()), "accepted") << "the tensors' order in the file is free";
}

TEST(Checkpoint, BytesOfNoTensorAreRefused) {
  Parts parts(without_checksum(some_file()));
  parts.data += std::string(16, '\0');
  EXPECT_THAT(error_of(parts.joined()), HasSubstr("bytes of tensors"));
}

TEST(Checkpoint, OffsetsInTheWrongOrderAreRefused) {
  Parts parts(without_checksum(some_file()));
  auto& offsets = parts.header["gru.weight_ih"]["data_offsets"];
  std::swap(offsets[0], offsets[1]);
  EXPECT_THAT(error_of(parts.joined()), HasSubstr("'gru.weight_ih' lies at bytes"));
}

TEST(Checkpoint, AKeyTwiceIsRefused) {
  const Parts parts(without_checksum(some_file()));
  std::string text = parts.header.dump();
  EXPECT_EQ(error_of(Parts::joined(text, parts.data)), "accepted");
  text.pop_back();
  EXPECT_THAT(error_of(Parts::joined(text + ",\"value.bias\":" + parts.header["value.bias"].dump() + "}",
                                     parts.data)),
              HasSubstr("the key 'value.bias' is there twice"));
  const std::string cell = "\"cell\":\"gru+ln\"";
  text += "}";
  text.replace(text.find(cell), cell.size(), cell + ",\"cell\":\"mlp\"");
  EXPECT_THAT(error_of(Parts::joined(text, parts.data)), HasSubstr("the key 'cell' is there twice"));
}

/// As another program stores them: every tensor in half of the bytes.
TEST(Checkpoint, OtherNumberFormatsAreNamed) {
  for (const std::string type : {"F16", "BF16", "F64", "I32", "F8_E4M3"}) {
    Parts parts(without_checksum(some_file()));
    for (auto& [name, entry] : parts.header.items()) {
      if (name == "__metadata__") continue;
      entry["dtype"] = type;
      for (auto& offset : entry["data_offsets"]) offset = offset.get<std::size_t>() / 2;
    }
    parts.data.resize(parts.data.size() / 2);
    EXPECT_THAT(error_of(parts.joined()),
                AllOf(HasSubstr("tensor '"), HasSubstr("' has dtype " + type), HasSubstr("must have F32")));
    parts.header.erase("__metadata__");
    EXPECT_THAT(error_of(parts.joined()), HasSubstr("has dtype " + type));
  }
}

TEST(Checkpoint, AnEpsilonThatSinglePrecisionLosesIsRefused) {
  Parts parts(without_checksum(some_file()));
  std::string architecture = parts.header["__metadata__"]["architecture"];
  architecture.replace(architecture.find("1e-05"), 5, "1e-50");
  parts.header["__metadata__"]["architecture"] = architecture;
  EXPECT_THAT(error_of(parts.joined()), HasSubstr("LayerNorm epsilon is 1e-50"));
}

}  // namespace
}  // namespace windhover::nn
