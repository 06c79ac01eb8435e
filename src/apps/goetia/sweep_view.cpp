#include "apps/goetia/sweep_view.h"

#include <algorithm>
#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/goetia/progress_view.h"
#include "apps/goetia/text_width.h"
#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "run/progress.h"
#include "sweep/record/sweep_summary.h"

namespace goetia::cli {
namespace {

constexpr std::size_t kBestShown = 5;
constexpr double kDrawSeconds = 0.25;

std::string value_text_of(const SweepState& state, const SweepTrial& trial) {
    const auto best = state.best_of(trial);
    return best ? fmt::format("{:.4f}", best->second) : "-";
}

std::string epochs_text(std::int64_t done, std::int64_t epochs) {
    return epochs > 0 ? fmt::format("{}/{}", done, epochs) : std::to_string(done);
}

std::string heading_of(const SweepState& state, const RunningTrials& running, std::size_t planned) {
    std::size_t over = 0, early = 0, failed = 0;
    for (const SweepTrial& trial : state.trials) {
        over += trial.is_over() ? 1 : 0;
        early += trial.state == TrialState::kEarly ? 1 : 0;
        failed += trial.state == TrialState::kFailed ? 1 : 0;
    }
    std::string text = fmt::format("sweep ({}): {}{} trials over, {} running", strategy_name(state.rules.strategy),
                                   over, planned > 0 ? fmt::format(" of {}", planned) : "", running.size());
    if (early > 0) text += fmt::format(", {} stopped early", early);
    if (failed > 0) text += fmt::format(", {} failed", failed);
    return text + (state.metric.empty() ? "" : fmt::format("; by {}", state.metric));
}

}  // namespace

std::vector<std::string> live_table(const SweepState& state, const RunningTrials& running, std::size_t planned,
                                    std::size_t rows, int width) {
    std::vector<std::vector<std::string>> cells = {{"trial", "state", "epoch", "best", "done", "overrides"}};
    for (const auto& [number, progress] : running) {
        const SweepTrial& trial = state.trials.at(number);
        const auto fraction = fraction_done(*progress);
        cells.push_back({std::to_string(number),
                         !progress->state.empty() ? progress->state
                         : trial.lost_at          ? "stopping"
                                                  : "running",
                         epochs_text(progress->epoch, trial.epochs), value_text_of(state, trial),
                         fraction ? fmt::format("{:.0f} %", 100 * *fraction) : "-", trial.label});
    }
    std::size_t best = 0;
    for (const std::size_t number : state.ranking()) {
        const SweepTrial& trial = state.trials[number];
        if (!trial.is_over() || best == kBestShown) continue;
        ++best;
        cells.push_back({std::to_string(number), std::string(trial_state_name(trial.state)),
                         epochs_text(trial.epochs_done(), trial.epochs), value_text_of(state, trial), "", trial.label});
    }
    std::vector<std::string> lines = {heading_of(state, running, planned)};
    const std::string table = table_text(cells);
    for (std::size_t at = 0; at < table.size();) {
        const std::size_t end = table.find('\n', at);
        lines.push_back(table.substr(at, end - at));
        at = end + 1;
    }
    if (lines.size() > rows) lines.resize(std::max<std::size_t>(rows, 1));
    for (std::string& line : lines) line = fitted(line, width);
    return lines;
}

std::string sweep_result_text(const SweepState& state, const std::string& experiments, const std::string& folder) {
    std::vector<std::vector<std::string>> rows = {{"rank", "trial", "state",
                                                   state.metric.empty() ? "best" : state.metric, "epoch", "epochs",
                                                   "experiment", "overrides"}};
    const std::vector<std::size_t> order = state.ranking();
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const SweepTrial& trial = state.trials[order[rank]];
        const auto best = state.best_of(trial);
        rows.push_back({std::to_string(rank + 1), std::to_string(order[rank]),
                        std::string(trial_state_name(trial.state)), value_text_of(state, trial),
                        best ? std::to_string(best->first) : "-", epochs_text(trial.epochs_done(), trial.epochs),
                        trial.experiment.empty() ? "-" : trial.experiment, trial.label});
    }
    std::string text = "\n" + table_text(rows);
    for (std::size_t number = 0; number < state.trials.size(); ++number) {
        const std::string& error = state.trials[number].error;
        if (!error.empty()) text += fmt::format("trial {}: {}\n", number, error);
    }
    if (!order.empty() && state.best_of(state.trials[order[0]])) {
        const SweepTrial& best = state.trials[order[0]];
        text += fmt::format("\nbest: trial {} in {}/{}\n  {}\n", order[0], experiments, best.experiment,
                            reproduce_command(state, best));
    }
    return text + fmt::format("{}/summary.csv\n", folder);
}

void SweepView::clear() {
    if (shown_lines_ == 0) return;
    std::fputs(fmt::format("\x1b[{}A\x1b[J", shown_lines_).c_str(), out_);
    std::fflush(out_);
    shown_lines_ = 0;
}

void SweepView::event(const std::string& line, const Json& fields) {
    if (mode_ == ProgressMode::kNone) return;
    clear();
    std::fputs(((mode_ == ProgressMode::kJson ? json_text(fields) : line) + "\n").c_str(), out_);
    std::fflush(out_);
    drawn_at_ = 0;  // the table comes back below the line
}

void SweepView::draw(const SweepState& state, const RunningTrials& running) {
    if (mode_ != ProgressMode::kBar || steady_seconds() - drawn_at_ < kDrawSeconds) return;
    winsize size{};
    const bool is_known = ::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && size.ws_row > 1;
    const std::vector<std::string> lines =
        live_table(state, running, planned_, is_known ? size.ws_row - 1U : 23U, is_known ? size.ws_col - 1 : 79);
    std::string text = shown_lines_ > 0 ? fmt::format("\x1b[{}A", shown_lines_) : "";
    for (const std::string& line : lines) text += "\x1b[2K" + line + "\n";
    std::fputs((text + "\x1b[J").c_str(), out_);
    std::fflush(out_);
    shown_lines_ = lines.size();
    drawn_at_ = steady_seconds();
}

}  // namespace goetia::cli
