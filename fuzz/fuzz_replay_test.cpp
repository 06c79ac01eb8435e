// Every seed goes through its target: what a fuzzer once found stays fixed, and every target has seeds.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "fuzz/fuzz.h"

namespace {

struct FuzzTarget {
    const char* parser;
    int (*one_input)(const std::uint8_t* data, std::size_t size);
};

}  // namespace

#include "fuzz_targets.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

class FuzzReplay : public testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzReplay, every_seed_is_survived) {
    const fs::path folder = fs::path(GOETIA_SOURCE_DIR) / "fuzz/seeds" / GetParam().parser;
    int seeds = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        SCOPED_TRACE(entry.path().filename().native());
        EXPECT_EQ(GetParam().one_input(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), 0);
        ++seeds;
    }
    EXPECT_GE(seeds, 2) << "put a good and a faulty seed into " << folder;
}

INSTANTIATE_TEST_SUITE_P(All, FuzzReplay, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.parser); });

}  // namespace
}  // namespace goetia
