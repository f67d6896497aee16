#include "windhover/nn/checkpoint.hpp"

#include <cstring>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/nn/initialise.hpp"

namespace windhover::nn {
namespace {

using testing::HasSubstr;

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
  const std::uint64_t length = std::numeric_limits<std::uint64_t>::max() - 3;
  std::memcpy(beyond.data(), &length, 8);
  EXPECT_THAT(error_of(beyond), HasSubstr("the header claims"));
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

TEST(Checkpoint, OverlappingTensorsAreRefused) {
  const std::string file = without_checksum(some_file());
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), 8);
  auto header = nlohmann::json::parse(file.substr(8, length));
  header["gru.bias_hh"]["data_offsets"] = header["gru.bias_ih"]["data_offsets"];
  std::string text = header.dump();
  const std::uint64_t new_length = text.size();
  std::string spoiled(8, '\0');
  std::memcpy(spoiled.data(), &new_length, 8);
  EXPECT_THAT(error_of(spoiled + text + file.substr(8 + length)), HasSubstr("overlap"));
}

}  // namespace
}  // namespace windhover::nn
