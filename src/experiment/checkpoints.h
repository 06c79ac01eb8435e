// The checkpoints of one experiment: which exist, whether each is whole (SHA-256 manifest), which one to go on from,
// and which may go. The bytes themselves are written by weights/ through learn/.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace goetia {

struct CheckpointEntry {
    std::string file;  // name within checkpoints/
    std::string kind;  // "last", "best" or "epoch"
    std::string sha256;
    std::uintmax_t bytes = 0;
    std::int64_t epoch = 0;
    std::int64_t step = 0;
    std::map<std::string, double> metrics;
};

class CheckpointManifest {
  public:
    static Result<CheckpointManifest> open(const std::filesystem::path& checkpoints_folder);

    // Where a checkpoint's bytes are written before publish() gives them their name: ".last.pth.new".
    [[nodiscard]] std::filesystem::path staged(std::string_view file) const;

    // The staged file of `entry.file` is whole on the disk: enters it (manifest beside-and-rename), then renames it
    // over the old one. A crash between the two loses nothing: open() gives a staged file whose hash the manifest holds
    // its name. Other staged or unfinished files and .pth files that the manifest does not know are nobody's: readers
    // pass over them, and publish() removes them (there is one writer at a time; readers may come at any moment).
    Status publish(CheckpointEntry entry);
    // Removes files (oldest first) of kind "epoch" beyond `keep`, and of kind "best" all but the best; never the last.
    Status prune(int keep);

    [[nodiscard]] const std::vector<CheckpointEntry>& entries() const { return entries_; }

    // Hashes the file: an Error naming it "damaged" when it differs, "missing" when it is gone.
    [[nodiscard]] Status verify(const CheckpointEntry& entry) const;

    struct Choice {
        CheckpointEntry entry;
        std::vector<std::string> damaged;  // newer ones passed over, each sentence names the file and says damaged
    };
    // The newest whole one (highest step), or an Error that names every damaged one.
    [[nodiscard]] Result<Choice> newest_whole() const;

  private:
    std::filesystem::path folder_;
    std::vector<CheckpointEntry> entries_;
};

// "best_acc_0.9523_epoch_85.pth": the metric's short name ("val/accuracy_top1" -> "acc"), four decimals.
std::string best_checkpoint_name(std::string_view metric, double value, std::int64_t epoch);

}  // namespace goetia
