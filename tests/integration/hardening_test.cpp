#include <cstring>
#include <string>
#include <vector>

#include "tests/integration/program.hpp"
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::integration {
namespace {

/// The program as it lies on disk, read by the ELF specification.
class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : bytes_(content_of(path)) {}

  [[nodiscard]] Elf64_Ehdr header() const { return at<Elf64_Ehdr>(0); }

  [[nodiscard]] std::vector<Elf64_Phdr> segments() const {
    return table<Elf64_Phdr>(header().e_phoff, header().e_phnum);
  }

  [[nodiscard]] std::vector<Elf64_Dyn> dynamic() const {
    for (const auto& segment : segments()) {
      if (segment.p_type == PT_DYNAMIC)
        return table<Elf64_Dyn>(segment.p_offset, segment.p_filesz / sizeof(Elf64_Dyn));
    }
    return {};
  }

  [[nodiscard]] bool names(const std::string& symbol) const {
    return bytes_.find('\0' + symbol + '\0') != std::string::npos;
  }

 private:
  template <class Entry>
  [[nodiscard]] Entry at(std::size_t offset) const {
    Entry entry{};
    if (offset + sizeof(Entry) <= bytes_.size()) std::memcpy(&entry, bytes_.data() + offset, sizeof(Entry));
    return entry;
  }

  template <class Entry>
  [[nodiscard]] std::vector<Entry> table(std::size_t offset, std::size_t count) const {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < count; ++i) entries.push_back(at<Entry>(offset + i * sizeof(Entry)));
    return entries;
  }

  std::string bytes_;
};

class Hardening : public ::testing::Test {
 protected:
  const ElfFile program{WINDHOVER_PROGRAM};
};

TEST_F(Hardening, TheProgramIsLoadedAtAnyAddress) {
  ASSERT_EQ(std::memcmp(program.header().e_ident, ELFMAG, SELFMAG), 0);
  EXPECT_EQ(program.header().e_type, ET_DYN);
}

TEST_F(Hardening, RelocatedTablesAreReadOnly) {
  EXPECT_THAT(program.segments(), ::testing::Contains(::testing::Field(&Elf64_Phdr::p_type, PT_GNU_RELRO)));
  bool bound_at_start = false;
  for (const auto& entry : program.dynamic()) {
    if (entry.d_tag == DT_FLAGS_1) bound_at_start = (entry.d_un.d_val & DF_1_NOW) != 0;
  }
  EXPECT_TRUE(bound_at_start);
}

TEST_F(Hardening, TheStackHoldsNoCode) {
  for (const auto& segment : program.segments()) {
    if (segment.p_type == PT_GNU_STACK) {
      EXPECT_EQ(segment.p_flags & PF_X, 0U);
    }
  }
}

TEST_F(Hardening, ReturnAddressesAreGuarded) { EXPECT_TRUE(program.names("__stack_chk_fail")); }

#ifdef NDEBUG
TEST_F(Hardening, CopiesIntoBuffersOfKnownSizeAreChecked) { EXPECT_TRUE(program.names("__memcpy_chk")); }
#endif

}  // namespace
}  // namespace windhover::integration
