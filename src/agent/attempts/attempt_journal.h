// What the agent needs to know of a run's journal: how far the run is, and which files it names. It is read from the
// beginning after each start of the agent, and then as it grows.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/replicate/object_queue.h"

namespace goetia {

class JournalReader;
struct RecordView;

class AttemptJournal {
  public:
    // `folder` is the experiment's; `name` the journal's path in it.
    AttemptJournal(std::filesystem::path folder, std::string name);
    ~AttemptJournal();
    AttemptJournal(const AttemptJournal&) = delete;
    AttemptJournal& operator=(const AttemptJournal&) = delete;

    // Reads what was appended. Records that are damaged are skipped; the master will find the same.
    Status follow();

    // The objects named since the last call.
    std::vector<ObjectToSend> take_named();
    [[nodiscard]] bool made_progress() const { return records_ > 1; }  // more than the record of the attempt itself
    [[nodiscard]] std::uint64_t records() const { return records_; }
    [[nodiscard]] bool paused() const { return paused_; }
    [[nodiscard]] std::int64_t step() const { return step_; }

  private:
    void take(const RecordView& record);
    void name_image(const std::string& path);

    std::filesystem::path folder_;
    std::string name_;
    std::unique_ptr<JournalReader> reader_;
    std::vector<ObjectToSend> named_;
    std::uint64_t records_ = 0;
    std::int64_t step_ = 0;
    bool paused_ = false;
};

// Files of an ended run that no record names: its configuration, environment, best model, plots and exports.
std::vector<ObjectToSend> files_of_ended_run(const std::filesystem::path& folder);

}  // namespace goetia
