// A fuzz target is one file: <parser>_fuzz.cpp, which defines the function below, with its seeds in seeds/<parser>/.
// Nothing else names it: CMake finds it, libFuzzer runs it (preset `fuzz`), and fuzz_replay_test runs every seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The data may be anything. Returns 0; a violated expectation ends the program (see expect()).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace goetia::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// What must hold for any bytes.
inline void expect(bool holds) {
    if (!holds) std::abort();
}

}  // namespace goetia::fuzz
