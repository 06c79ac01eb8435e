#include "protocol/runtime_needs.h"

#include <array>
#include <charconv>

#include <fmt/ranges.h>

namespace goetia {
namespace {

int number_before_dot(std::string_view& version) {
    int number = 0;
    const auto [end, code] = std::from_chars(version.data(), version.data() + version.size(), number);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    version.remove_prefix(std::min(version.find_first_of('.'), version.size()));
    if (!version.empty()) version.remove_prefix(1);
    return code == std::errc() ? number : 0;
}

std::string without_driver(const RuntimeNeeds& needs) {
    if (needs.cuda.empty()) return fmt::format("the runtime needs NVIDIA's driver {}, it has none", needs.driver);
    return fmt::format("CUDA {} needs a driver of NVIDIA's, it has none", needs.cuda);
}

std::string driver_words(const RuntimeNeeds& needs, const RuntimeFacts& has) {
    if (has.driver.empty() && has.cuda.empty()) return without_driver(needs);
    if (!version_at_least(has.driver, needs.driver) && !needs.cuda.empty())
        return fmt::format("driver {} is too old for CUDA {}, which needs {}", has.driver, needs.cuda, needs.driver);
    if (!version_at_least(has.driver, needs.driver))
        return fmt::format("the runtime needs driver {}, it has {}", needs.driver, has.driver);
    return fmt::format("the runtime needs CUDA {}, its driver runs {} at most", needs.cuda,
                       has.cuda.empty() ? "none" : has.cuda);
}

}  // namespace

bool version_at_least(std::string_view has, std::string_view needs) {
    if (has.empty()) return needs.empty();
    while (!needs.empty()) {
        const int wanted = number_before_dot(needs), found = number_before_dot(has);
        if (found != wanted) return found > wanted;
    }
    return true;
}

std::string oldest_driver_for(std::string_view cuda) {
    // NVIDIA's table "CUDA Toolkit and Minimum Required Driver Version for CUDA Minor Version Compatibility", Linux
    struct Row {
        int cuda;
        std::string_view driver;
    };
    constexpr std::array<Row, 3> kOldest{{{11, "450.80"}, {12, "525.60"}, {13, "580.65"}}};
    const int major = cuda.empty() ? 0 : number_before_dot(cuda);
    for (const Row& row : kOldest) {
        if (row.cuda == major) return std::string(row.driver);
    }
    return "";
}

bool has_libtorch(const std::vector<std::string>& has, std::string_view needs) {
    return std::ranges::any_of(has, [&](std::string_view one) {
        return one.starts_with(needs) && (one.size() == needs.size() || one[needs.size()] == '+');
    });
}

std::vector<std::string> lacking_words(const RuntimeNeeds& needs, const RuntimeFacts& has) {
    std::vector<std::string> words;
    if (!has.processor.empty() && !needs.processor.empty() && has.processor != needs.processor)
        words.push_back(
            fmt::format("the runtime was built for {}, its processor is {}", needs.processor, has.processor));
    if (!has.glibc.empty() && !version_at_least(has.glibc, needs.glibc))
        words.push_back(fmt::format("the runtime needs glibc {}, it has {}", needs.glibc, has.glibc));
    if (!version_at_least(has.cuda, needs.cuda) || !version_at_least(has.driver, needs.driver))
        words.push_back(driver_words(needs, has));
    if (!needs.libtorch.empty() && !has_libtorch(has.libtorch, needs.libtorch))
        words.push_back(fmt::format("the runtime needs LibTorch {}, it has {}", needs.libtorch,
                                    has.libtorch.empty() ? "none" : fmt::format("{}", fmt::join(has.libtorch, ", "))));
    return words;
}

}  // namespace goetia
