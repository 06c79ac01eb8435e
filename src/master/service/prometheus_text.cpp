#include "master/service/prometheus_text.h"

#include <cstdint>

#include <fmt/format.h>

namespace goetia {
namespace {

std::string escaped_label(std::string_view value) {
    std::string text;
    for (const char letter : value) {
        if (letter == '\\' || letter == '"') text += '\\';
        text += letter == '\n' ? std::string("\\n") : std::string(1, letter);
    }
    return text;
}

}  // namespace

void PrometheusText::family(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void PrometheusText::sample(double value, const Labels& labels, std::string_view suffix) {
    text_ += family_;
    text_ += suffix;
    std::string inner;
    for (const auto& [name, label] : labels)
        inner += fmt::format(R"({}{}="{}")", inner.empty() ? "" : ",", name, escaped_label(label));
    if (!inner.empty()) text_ += "{" + inner + "}";
    text_ += fmt::format(" {}\n", value);
}

void PrometheusText::one(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample(value);
}

void PrometheusText::histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                               std::span<const std::uint64_t> counts, double sum) {
    family(name, "histogram", help);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        total += counts[i];
        sample(static_cast<double>(total), {{"le", fmt::format("{}", bounds[i])}}, "_bucket");
    }
    total += counts[bounds.size()];
    sample(static_cast<double>(total), {{"le", "+Inf"}}, "_bucket");
    sample(sum, {}, "_sum");
    sample(static_cast<double>(total), {}, "_count");
}

}  // namespace goetia
