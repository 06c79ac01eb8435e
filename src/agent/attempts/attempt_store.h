// The folder of an attempt at its node. The agent keeps nothing in memory that is not here: killed at any moment and
// started again, it reads these files and goes on.
//
//   DATA/attempts/FENCE/
//     wanted.json    what was accepted, and the last wish that was carried out: with it the attempt exists
//     starts.json    how often it was started, and what counts when it ends
//     exit.json      how it ended
//     sandbox.json   what its ranks may do
//     tmp/ pins/     of the run; of objects that are on their way
//     EXPERIMENT/    the experiment's folder
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "protocol/desired.h"

namespace goetia {

class ExperimentFolder;

struct AcceptedAttempt {
    WantedAttempt wanted;
    std::uint64_t wish_done = 0;  // the number of the last wish that was carried out
};

struct StartRecord {
    int starts = 0;
    std::int64_t memory_kills = 0;  // the kernel's count at the start
    double hung_for = 0;            // seconds of silence after which the agent ended it; 0: it did not
    std::string limit_broken;       // why the agent ended it; empty: it did not
};

class AttemptStore {
  public:
    explicit AttemptStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Makes the folder and its experiment; the last step writes wanted.json. May be repeated.
    static Result<AttemptStore> create(const std::filesystem::path& attempts, const AcceptedAttempt& accepted);
    // Those that were accepted. What a kill left of another is removed.
    static Result<std::vector<AttemptStore>> list(const std::filesystem::path& attempts);

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path sandbox() const { return folder_ / "sandbox.json"; }
    [[nodiscard]] std::filesystem::path temporary() const { return folder_ / "tmp"; }
    [[nodiscard]] std::filesystem::path pins() const { return folder_ / "pins"; }
    [[nodiscard]] ExperimentFolder experiment(const WantedAttempt& wanted) const;

    [[nodiscard]] Result<AcceptedAttempt> read_accepted() const;
    [[nodiscard]] Status write_accepted(const AcceptedAttempt& accepted) const;
    [[nodiscard]] Result<StartRecord> read_starts() const;
    [[nodiscard]] Status write_starts(const StartRecord& starts) const;
    [[nodiscard]] Result<std::optional<AttemptExit>> read_exit() const;
    [[nodiscard]] Status write_exit(Fence fence, const AttemptExit& exit) const;

    // The attempt ceases to exist with its first step, and the files go with the others.
    [[nodiscard]] Status purge() const;

  private:
    std::filesystem::path folder_;
};

// Lets another user's processes write in the experiment's folder, but neither replace nor remove what the agent and the
// supervisor write there: the folders stay ours, with the sticky bit.
Status share_with_user(const AttemptStore& store, const ExperimentFolder& experiment, std::uint32_t user);

}  // namespace goetia
