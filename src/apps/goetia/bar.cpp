#include "apps/goetia/bar.h"

#include <algorithm>
#include <cmath>

#include "apps/goetia/text_width.h"
#include "base/clock.h"

namespace goetia::cli {
namespace {

std::string number(double value) {
    const double size = std::abs(value);
    if (value != 0 && (size < 1e-3 || size >= 1e5)) return fmt::format("{:.2e}", value);
    return fmt::format("{:.4f}", value);
}

std::string image_rate(double rate) {
    return rate >= 100 ? fmt::format("{:.0f} img/s", rate) : fmt::format("{:.1f} img/s", rate);
}

struct Piece {
    int weight;  // the lowest is dropped first
    std::string text;
};

std::string joined(const std::vector<Piece>& pieces) {
    std::string line;
    for (const Piece& piece : pieces) line += (line.empty() ? "" : "  ") + piece.text;
    return line;
}

// Drops the pieces of lowest weight until the line fits.
std::string fitting(std::vector<Piece> pieces, int width) {
    while (pieces.size() > 1 && display_width(joined(pieces)) > width) {
        pieces.erase(std::min_element(pieces.begin(), pieces.end(),
                                      [](const Piece& a, const Piece& b) { return a.weight < b.weight; }));
    }
    return fitted(joined(pieces), width);
}

std::string painted(const std::string& text, const char* code, const Look& look) {
    return look.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string drawn_bar(double fraction, int cells, const Look& look) {
    const int full = std::clamp(static_cast<int>(fraction * cells), 0, cells);
    std::string done;
    std::string rest;
    for (int i = 0; i < full; ++i) done += look.unicode ? "━" : "#";
    for (int i = full; i < cells; ++i) rest += look.unicode ? (look.color ? "━" : "─") : "-";
    return painted(done, "36", look) + painted(rest, "2", look);
}

std::string of(std::int64_t done, std::int64_t all) {
    if (all <= 0) return std::to_string(done);
    const std::string total = std::to_string(all);
    return fmt::format("{:>{}}/{}", done, total.size(), total);
}

std::string best_text(const RunProgress::Best& best) {
    return fmt::format("best {} {} @ {}", short_metric(best.metric), number(*best.value), best.epoch);
}

std::vector<Piece> moving_pieces(const RunProgress& progress, const Look& look) {
    std::vector<Piece> pieces;
    const std::int64_t running =
        progress.epochs > 0 ? std::min(progress.epoch + 1, progress.epochs) : progress.epoch + 1;
    pieces.push_back({100, fmt::format("epoch {}", of(running, progress.epochs))});
    if (!progress.state.empty()) pieces.push_back({99, painted(progress.state, "33", look)});
    if (const auto fraction = fraction_done(progress))
        pieces.push_back({95, fmt::format("{:3.0f}%", std::floor(*fraction * 100))});
    pieces.push_back({40, fmt::format("step {}", of(progress.step, progress.epochs * progress.steps_per_epoch))});
    if (progress.steps_per_second > 0 && progress.images_per_step > 0) {
        pieces.push_back({60, image_rate(progress.steps_per_second * progress.images_per_step)});
    } else if (progress.steps_per_second > 0) {
        pieces.push_back({60, fmt::format("{:.2f} steps/s", progress.steps_per_second)});
    }
    if (const auto left = seconds_left(progress); left && *left > 0)
        pieces.push_back({90, "ETA " + readable_duration(*left)});
    if (progress.loss) pieces.push_back({80, "loss " + number(*progress.loss)});
    if (progress.rate) pieces.push_back({30, "lr " + number(*progress.rate)});
    if (progress.best.value) pieces.push_back({70, painted(best_text(progress.best), "32", look)});
    if (!progress.skipped.empty())
        pieces.push_back({65, painted(fmt::format("{} skipped", progress.skipped.size()), "33", look)});
    return pieces;
}

}  // namespace

std::string short_metric(std::string_view name) {
    if (name == "train/lr") return "lr";
    const std::size_t slash = name.find('/');
    const std::string split(slash == std::string_view::npos ? "" : name.substr(0, slash));
    std::string what(slash == std::string_view::npos ? name : name.substr(slash + 1));
    if (what == "accuracy_top1") what = "acc";
    else if (what.starts_with("accuracy_top")) what = "top" + what.substr(12);
    return split.empty() ? what : split + " " + what;
}

std::string bar_line(const RunProgress& progress, int width, const Look& look) {
    const auto fraction = fraction_done(progress);
    std::vector<Piece> pieces = moving_pieces(progress, look);
    const int room = width - display_width(joined(pieces)) - 2;
    constexpr int kLeastBar = 10;
    constexpr int kMostBar = 40;
    if (fraction && width >= 60) {
        // The bar comes after the epoch; it fills the space that the texts leave, at least ten cells.
        pieces.insert(pieces.begin() + 1, {85, drawn_bar(*fraction, std::clamp(room, kLeastBar, kMostBar), look)});
    }
    return fitting(std::move(pieces), width);
}

std::string epoch_line(const RunProgress& progress, int width, const Look& look) {
    std::vector<Piece> pieces = {{100, fmt::format("epoch {}", of(progress.epoch, progress.epochs))}};
    const bool is_best = progress.best.value && progress.best.epoch == progress.epoch;
    const auto add = [&](const std::string& name, int weight) {
        const auto found = progress.metrics.find(name);
        if (found == progress.metrics.end()) return;
        const std::string text = short_metric(name) + " " + number(found->second);
        const bool mark = is_best && name == progress.best.metric;
        pieces.push_back({weight, mark ? painted(text + (look.unicode ? " ★" : " *"), "32", look) : text});
    };
    add("train/loss", 80);
    add("val/loss", 70);
    add(progress.best.metric, 90);
    int weight = 40;
    for (const auto& [name, value] : progress.metrics) {
        const bool present =
            name == "train/loss" || name == "val/loss" || name == progress.best.metric || name == "train/lr";
        if (!present && name.starts_with("val/") && weight > 36) add(name, weight--);
    }
    add("train/lr", 20);
    if (progress.epoch_seconds > 0) {
        pieces.push_back({50, readable_duration(progress.epoch_seconds)});
        if (progress.epoch_images > 0)
            pieces.push_back({30, image_rate(progress.epoch_images / progress.epoch_seconds)});
    }
    return fitting(std::move(pieces), width);
}

std::string plain_line(const RunProgress& progress) {
    return joined(moving_pieces(progress, {.color = false, .unicode = false}));
}

}  // namespace goetia::cli
