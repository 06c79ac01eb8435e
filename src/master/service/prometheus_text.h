// Figures in the text format of Prometheus 0.0.4.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goetia {

class PrometheusText {
  public:
    using Labels = std::vector<std::pair<std::string_view, std::string>>;

    // Begins a family; `type`: "counter", "gauge", "histogram". Its samples follow.
    void family(std::string_view name, std::string_view type, std::string_view help);
    void sample(double value, const Labels& labels = {}, std::string_view suffix = {});
    // A family of one sample.
    void one(std::string_view name, std::string_view type, std::string_view help, double value);
    // `counts`: of each bound and of what is beyond the last one, not summed up.
    void histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                   std::span<const std::uint64_t> counts, double sum);

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string text_, family_;
};

}  // namespace goetia
