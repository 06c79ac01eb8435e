// The journal of a sweep: a line of JSON for everything that was decided or seen, on the disk before the next thing
// happens. The sweep's folder needs nothing else to be understood.
#pragma once

#include <filesystem>

#include "base/files.h"
#include "sweep/record/sweep_state.h"

namespace goetia {

class SweepJournal {
  public:
    // Refuses a folder that has a journal.
    static Result<SweepJournal> create(const std::filesystem::path& folder, const Json& first);
    // A torn last line is cut off. kWrongState while another process goes on with the sweep.
    static Result<SweepJournal> resume(const std::filesystem::path& folder);

    // Writes the record and applies it to the state.
    Status add(const Json& record);

    [[nodiscard]] const SweepState& state() const { return state_; }

  private:
    SweepJournal(std::filesystem::path file, FileDescriptor held) : file_(std::move(file)), held_(std::move(held)) {}
    std::filesystem::path file_;
    FileDescriptor held_;  // locked
    SweepState state_;
};

std::filesystem::path sweep_journal_file(const std::filesystem::path& folder);

// What the journal of a sweep says, also while it runs.
Result<SweepState> read_sweep(const std::filesystem::path& folder);

}  // namespace goetia
