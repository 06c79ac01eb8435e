#include "base/random.h"

#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

namespace goetia {
namespace {

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser: every input bit reaches every output bit
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = 0xD2511F53ULL * counter[0];
        const std::uint64_t b = 0xCD9E8D57ULL * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

Random::Random(const RandomKey& key) {
    // Philox's 64-bit key holds (seed, purpose); its 128-bit counter holds (epoch, sample) above 32 bits of position.
    const std::uint64_t philox_key = mix(key.seed) ^ mix(mix(key.purpose));
    const std::uint64_t stream = mix(key.sample);
    key_ = {static_cast<std::uint32_t>(philox_key), static_cast<std::uint32_t>(philox_key >> 32)};
    counter_ = {0, static_cast<std::uint32_t>(key.epoch), static_cast<std::uint32_t>(stream),
                static_cast<std::uint32_t>(stream >> 32)};
}

void Random::refill() {
    block_ = philox4x32_10(counter_, key_);
    ++counter_[0];
    used_ = 0;
}

std::uint32_t Random::operator()() {
    if (used_ == 4) refill();
    return block_[used_++];
}

std::uint64_t Random::bits64() {
    const std::uint64_t high = (*this)();
    return high << 32 | (*this)();
}

double Random::uniform() { return static_cast<double>(bits64() >> 11) * 0x1.0p-53; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::uint64_t Random::below(std::uint64_t bound) {
    assert(bound > 0);
    const std::uint64_t limit = bound * (~0ULL / bound);  // reject the uneven tail
    for (;;) {
        const std::uint64_t bits = bits64();
        if (bits < limit) return bits % bound;
    }
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
    assert(low <= high);
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

bool Random::chance(double probability) { return uniform() < probability; }

double Random::normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::gamma(double shape) {
    if (shape < 1.0) {  // Marsaglia-Tsang needs shape >= 1; boost it and scale back
        const double u = 1.0 - uniform();
        return gamma(shape + 1.0) * std::pow(u, 1.0 / shape);
    }
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double v = std::pow(1.0 + c * x, 3.0);
        if (v <= 0.0) continue;
        const double u = 1.0 - uniform();
        if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

double Random::beta(double a, double b) {
    const double x = gamma(a);
    const double y = gamma(b);
    if (x + y == 0) return chance(a / (a + b)) ? 1 : 0;  // underflow: all of the probability is at the two ends
    return x / (x + y);
}

void Random::shuffle(std::span<std::int64_t> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
}

}  // namespace goetia
