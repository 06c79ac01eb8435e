#include "learn/loop/run_log.h"

#include <map>

#include "experiment/text_log.h"

namespace goetia {
namespace {

class WrittenLog final : public RunLog {
  public:
    WrittenLog(std::unique_ptr<JournalWriter> journal, TextLog text)
        : journal_(std::move(journal)), text_(std::move(text)) {}

    void log(std::string_view metric, std::int64_t step, std::int64_t epoch, double value) override {
        auto known = ids_.find(metric);
        if (known == ids_.end()) known = ids_.emplace(std::string(metric), journal_->metric(metric)).first;
        journal_->log(known->second, step, epoch, value);
    }
    Status append(RecordType type, const Json& body) override { return first_fault(journal_->append(type, body)); }
    Status flush() override { return first_fault(journal_->flush()); }

    void say(const std::string& line) override {
        if (Status written = text_.line(line); !written && text_fault_) text_fault_ = written;
    }

  private:
    // A train.log that cannot be written is reported at the next append, as the journal's own faults are.
    Status first_fault(Status status) { return text_fault_ ? std::move(status) : text_fault_; }

    std::unique_ptr<JournalWriter> journal_;
    TextLog text_;
    Status text_fault_;
    std::map<std::string, MetricId, std::less<>> ids_;
};

class SilentLog final : public RunLog {
  public:
    void log(std::string_view, std::int64_t, std::int64_t, double) override {}
    Status append(RecordType, const Json&) override { return {}; }
    Status flush() override { return {}; }
    void say(const std::string&) override {}
};

}  // namespace

Result<std::unique_ptr<RunLog>> make_run_log(const ExperimentFolder& folder, const AttemptRecord& attempt) {
    GOETIA_ASSIGN(auto journal, JournalWriter::create(folder.journal(attempt.attempt), to_json(attempt)));
    GOETIA_ASSIGN(TextLog text, TextLog::open(folder.train_log()));
    return std::unique_ptr<RunLog>(std::make_unique<WrittenLog>(std::move(journal), std::move(text)));
}

std::unique_ptr<RunLog> silent_run_log() { return std::make_unique<SilentLog>(); }

}  // namespace goetia
