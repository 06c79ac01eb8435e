// Keyed random numbers. Every random draw of a run is keyed by (seed, epoch, sample, purpose), never by thread, worker
// or history: the same key gives the same numbers on any machine. The generator is Philox4x32-10 (counter based), so
// creating one is cheap and two keys never share a stream.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace goetia {

// A purpose is a stable number derived from its name: purpose("shuffle"), purpose("augmentation.2.ColorJitter").
constexpr std::uint64_t purpose(std::string_view name) {
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

struct RandomKey {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
    std::uint64_t sample = 0;
    std::uint64_t purpose = 0;
};

// One block of the generator: `counter` encrypted under `key`.
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

class Random {
  public:
    using result_type = std::uint32_t;

    explicit Random(const RandomKey& key);

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return 0xFFFFFFFFU; }

    std::uint32_t operator()();  // 32 uniform bits
    std::uint64_t bits64();
    double uniform();                                           // [0, 1), 53 bits
    double uniform(double low, double high);                    // [low, high)
    std::uint64_t below(std::uint64_t bound);                   // [0, bound), unbiased; bound > 0
    std::int64_t between(std::int64_t low, std::int64_t high);  // both ends included
    bool chance(double probability);                            // false at 0, true at 1
    double normal();                                            // mean 0, deviation 1
    double gamma(double shape);                                 // scale 1; shape > 0
    double beta(double a, double b);

    // Fisher-Yates: the same permutation for the same key on every machine.
    void shuffle(std::span<std::int64_t> items);

  private:
    void refill();

    std::array<std::uint32_t, 2> key_{};
    std::array<std::uint32_t, 4> counter_{};
    std::array<std::uint32_t, 4> block_{};
    unsigned used_ = 4;
};

}  // namespace goetia
