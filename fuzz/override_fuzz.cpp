// A valid override is valid again when its value is written out, and is then written the same. Only a value of str()
// may read back as another one, because it is written as Hydra writes it: str(true) as true. That is then stable.
#include <cmath>
#include <string>

#include "config/override_grammar.h"
#include "config/value_range.h"
#include "fuzz/fuzz.h"

namespace {

using goetia::config::Sweep;
using goetia::config::Value;

// A range of many numbers costs time and tests nothing new.
bool is_short(const Sweep& range) {
    const double step = range.step.get<double>();
    return !(std::abs((range.stop.get<double>() - range.start.get<double>()) / step) > 100);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia::config;
    const std::string input(goetia::fuzz::text_of(data, size));
    const auto read = parse_override(input);
    if (!read || !read->has_value) return 0;
    if (read->is_sweep()) {
        const Sweep& sweep = *read->value.sweep;
        if (sweep.kind == Sweep::Kind::kRange && is_short(sweep)) static_cast<void>(range_values(sweep));
        return 0;
    }
    std::string text = value_text(read->value);
    auto again = parse_override("key=" + text);
    goetia::fuzz::expect(again.ok());
    if (!again->is_sweep() && input.find("str") != std::string::npos) {
        text = value_text(again->value);
        again = parse_override("key=" + text);
        goetia::fuzz::expect(again.ok());
    }
    goetia::fuzz::expect(again->is_sweep() || value_text(again->value) == text);
    return 0;
}
