#include "apps/goetia/progress_view.h"

#include <cstdlib>
#include <langinfo.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "experiment/journal_records.h"

namespace goetia::cli {
namespace {

constexpr double kPlainSeconds = 5;  // between two plain lines within an epoch

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool moves_its_cursor(std::FILE* out) {
    const char* kind = std::getenv("TERM");
    return ::isatty(::fileno(out)) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

// The text of a note for people; empty for those that are only recorded.
std::string note_line(const NoteRecord& note) {
    if (const auto* skipped = std::get_if<SkippedSampleNote>(&note))
        return fmt::format("skipped '{}': {}", skipped->sample, skipped->reason);
    if (const auto* undrawn = std::get_if<ImageNotDrawnNote>(&note)) return undrawn->reason;
    const auto* notice = std::get_if<NoticeNote>(&note);
    return notice != nullptr ? notice->reason : "";
}

}  // namespace

Result<ProgressMode> progress_mode(const std::string& named, std::FILE* out) {
    if (named == "auto") return moves_its_cursor(out) ? ProgressMode::kBar : ProgressMode::kPlain;
    if (named == "bar") return ProgressMode::kBar;
    if (named == "plain") return ProgressMode::kPlain;
    if (named == "json") return ProgressMode::kJson;
    return invalid("--progress '{}' is not known (allowed: auto, bar, plain, json)", named);
}

ProgressView::ProgressView(ProgressMode mode, std::FILE* out, RunProgress progress, std::string heading)
    : mode_(mode), out_(out), progress_(std::move(progress)), heading_(std::move(heading)) {
    look_.color = mode == ProgressMode::kBar && !is_set("NO_COLOR");
    look_.unicode = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
}

ProgressView::~ProgressView() { finish(); }

int ProgressView::width() const {
    winsize size{};
    if (mode_ != ProgressMode::kBar) return 400;
    if (::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col - 1;
    return 79;
}

void ProgressView::print_line(const std::string& line) {
    if (mode_ == ProgressMode::kNone) return;
    std::fputs(((shown_.empty() ? "" : "\r\x1b[2K") + line + "\n").c_str(), out_);
    std::fflush(out_);
    shown_.clear();
}

void ProgressView::on_record(const Record& record) {
    if (record.type == RecordType::kAttempt && mode_ != ProgressMode::kJson) print_line(heading_);
    const std::string state = progress_.state;
    const bool epoch_ended = take(progress_, record);
    if (epoch_ended) {
        print_line(mode_ == ProgressMode::kJson ? progress_json(progress_).dump()
                                                : epoch_line(progress_, width(), look_));
        progress_printed();
    } else if (mode_ == ProgressMode::kPlain && progress_.state == state_name(ExperimentState::kPaused) &&
               progress_.state != state) {
        print_line(progress_.state);
    } else if (record.type == RecordType::kNote) {
        print_note(record_from<NoteRecord>(record.body));
    }
}

void ProgressView::print_note(const NoteRecord& note) {
    const std::string line = note_line(note);
    if (line.empty()) return;
    print_line(mode_ == ProgressMode::kJson ? to_json(note).dump(-1, ' ', false, Json::error_handler_t::replace)
                                            : line);
}

void ProgressView::on_tick() {
    if (mode_ == ProgressMode::kBar) {
        std::string line = bar_line(progress_, width(), look_);
        if (line == shown_) return;
        std::fputs(("\r\x1b[2K" + line).c_str(), out_);
        std::fflush(out_);
        shown_ = std::move(line);
        return;
    }
    if (mode_ == ProgressMode::kNone || progress_.step == last_printed_step_ || !progress_.loss) return;
    if (steady_seconds() - last_print_time_ < kPlainSeconds) return;
    print_line(mode_ == ProgressMode::kJson ? progress_json(progress_).dump() : plain_line(progress_));
    progress_printed();
}

void ProgressView::progress_printed() {
    last_print_time_ = steady_seconds();
    last_printed_step_ = progress_.step;
}

void ProgressView::on_stopping() {
    if (mode_ != ProgressMode::kJson)
        print_line("stopping: finishing the step and writing a checkpoint (press Ctrl-C again to kill it now)");
    progress_.state = "stopping";
}

void ProgressView::finish() {
    if (shown_.empty()) return;
    std::fputs("\r\x1b[2K", out_);
    std::fflush(out_);
    shown_.clear();
}

}  // namespace goetia::cli
