// What a run records: values and events in the journal, sentences in train.log. Rank 0 writes; the others write
// nothing, through the same interface.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "experiment/folder.h"
#include "experiment/journal_records.h"

namespace goetia {

class RunLog {
  public:
    virtual ~RunLog() = default;
    virtual void log(std::string_view metric, std::int64_t step, std::int64_t epoch, double value) = 0;
    virtual Status append(RecordType type, const Json& body) = 0;  // on the disk when it returns
    template <class R>
    Status append(const R& record) {
        return append(R::kType, to_json(record));
    }
    virtual Status flush() = 0;
    virtual void say(const std::string& line) = 0;
};

// Journal and train.log of `folder`; `attempt` is the journal's first record.
Result<std::unique_ptr<RunLog>> make_run_log(const ExperimentFolder& folder, const AttemptRecord& attempt);
std::unique_ptr<RunLog> silent_run_log();

}  // namespace goetia
