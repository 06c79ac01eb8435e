#include "apps/goetia/train_text.h"

#include <algorithm>

#include "apps/goetia/text_width.h"
#include "base/clock.h"

namespace goetia::cli {

std::string summary_text(const ExperimentFolder& folder, const RunSummary& summary) {
    std::string text = fmt::format("\n{} {}{} after {} epochs, {} steps, {}", summary.id, state_name(summary.state),
                                   summary.reason.empty() ? "" : " (" + summary.reason + ")", summary.epochs_done,
                                   summary.steps_done, readable_duration(summary.seconds));
    if (summary.images_per_second > 0) text += fmt::format(", {:.0f} images/s", summary.images_per_second);
    // Reported because it can be fixed: with more threads, a cache or a packed set.
    if (summary.share_waiting() > 0.05)
        text += fmt::format(", {:.0f} % of the time waiting for data", 100 * summary.share_waiting());
    if (summary.skipped_samples > 0)
        text += fmt::format(", {} samples skipped that could not be read", summary.skipped_samples);
    text += "\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : summary.final_metrics) {
        if (!name.starts_with("val/") && name != "train/loss") continue;
        const auto best = summary.best_metrics.find(name);
        rows.push_back({"  " + name, fmt::format("{:.4f}", value),
                        best == summary.best_metrics.end() ? "" : fmt::format("best {:.4f}", best->second)});
    }
    const auto path = [&](const std::string& name) {
        return name.empty() ? std::string("none") : (folder.root() / name).string();
    };
    rows.push_back({"  best checkpoint", path(summary.best_checkpoint)});
    rows.push_back({"  last checkpoint", path(summary.last_checkpoint)});
    return text + table_text(rows);
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
    std::vector<int> widths;
    for (const std::vector<std::string>& row : rows) {
        if (widths.size() < row.size()) widths.resize(row.size());
        // The last cell of a row is not padded.
        for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string text;
    for (const std::vector<std::string>& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size())
                line += std::string(static_cast<std::size_t>(widths[i] - display_width(row[i])) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace goetia::cli
