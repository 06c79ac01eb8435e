#include "experiment/derived.h"

#include <charconv>
#include <cmath>
#include <set>

#include "base/files.h"
#include "experiment/summary.h"

namespace goetia {
namespace {

// The shortest text that reads back as the same floating point number: "1.0", "-0.0", "1e-07".
void put_number(std::string& into, double value) {
    char text[32];
    const auto [end, fault] = std::to_chars(text, text + sizeof text, value);
    into.append(text, end);
    if (std::string_view(text, end).find_first_not_of("-0123456789") == std::string_view::npos) into += ".0";
}

void put_json_number(std::string& into, double value) {
    if (!std::isfinite(value)) {
        into += "null";
        return;
    }
    put_number(into, value);
}

// CSV readers expect "nan" for a value that is not finite.
std::string csv_number(double value) {
    std::string text = std::isfinite(value) ? "" : "nan";
    if (text.empty()) put_number(text, value);
    return text;
}

std::string csv_cell(const MetricTable& metrics, const std::string& name) {
    const auto found = metrics.find(name);
    return found != metrics.end() ? csv_number(found->second) : "";
}

}  // namespace

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::string metrics_json_line(const JournaledPoint& point) {
    std::string line =
        fmt::format(R"({{"step": {}, "epoch": {}, "time": {:.3f}, "name": {}, "value": )", point.step, point.epoch,
                    point.time, Json(point.name).dump(-1, ' ', false, Json::error_handler_t::replace));
    put_json_number(line, point.value);
    return line + "}";
}

std::string history_json(const RunHistory& history) {
    std::string text = "[";
    std::string_view between = "\n";
    for (const EpochRecord& epoch : history.epochs) {
        text += between;
        text += to_json(epoch).dump(-1, ' ', false, Json::error_handler_t::replace);
        between = ",\n";
    }
    return text + "\n]\n";
}

std::string metrics_csv(const RunHistory& history) {
    std::set<std::string> names;
    for (const EpochRecord& epoch : history.epochs) {
        for (const auto& [name, value] : epoch.metrics) names.insert(name);
    }
    std::string text = "epoch,step,time";
    for (const std::string& name : names) text += "," + csv_field(name);
    text += "\r\n";
    for (const EpochRecord& epoch : history.epochs) {
        text += fmt::format("{},{},{}", epoch.epoch, epoch.step, csv_number(epoch.time));
        for (const std::string& name : names) text += "," + csv_cell(epoch.metrics, name);
        text += "\r\n";
    }
    return text;
}

DerivedFiles::DerivedFiles(const ExperimentFolder& folder, bool tensorboard)
    : folder_(folder),
      stream_(std::make_unique<PointStream>(folder, static_cast<PointSink&>(*this))),
      metrics_(folder.metrics(), "[", "\n]\n"),
      with_tensorboard_(tensorboard) {}

void DerivedFiles::on_restart() {
    metrics_.restart();
    line_start_ = "\n";
    tensorboard_.reset();  // its files are append-only: start over
    fault_ = {};
    if (!with_tensorboard_) return;
    auto made = TensorBoardWriter::create(folder_.tensorboard(), now());
    if (made) tensorboard_ = *std::move(made);
    else fault_ = std::move(made).error();
}

void DerivedFiles::on_point(const JournaledPoint& point) {
    metrics_.add(line_start_ + metrics_json_line(point));
    line_start_ = ",\n";
    if (tensorboard_) tensorboard_->scalar(point.name, point.step, point.time, point.value);
}

Status DerivedFiles::update() {
    Status written = stream_->update();
    if (written) written = write_files();
    if (!written) {
        stream_ = std::make_unique<PointStream>(folder_, static_cast<PointSink&>(*this));
        epochs_written_.reset();
    }
    return written;
}

Status DerivedFiles::write_files() {
    GOETIA_TRY(fault_);
    if (tensorboard_) GOETIA_TRY(tensorboard_->flush());
    GOETIA_TRY(metrics_.flush());
    if (epochs_written_ != history().epochs.size() || epochs_replaced_ != history().epochs_replaced) {
        GOETIA_TRY(write_file_atomic(folder_.history(), history_json(history())));
        GOETIA_TRY(write_file_atomic(folder_.metrics_csv(), metrics_csv(history())));
        epochs_written_ = history().epochs.size();
        epochs_replaced_ = history().epochs_replaced;
    }
    return write_summary(folder_, summarise(folder_.id(), read_run_settings(folder_), history()), position());
}

}  // namespace goetia
