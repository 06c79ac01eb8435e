// The checkpoints of one experiment: which exist, whether each is intact (SHA-256 manifest), which one to resume from
// and which to delete. Their bytes are written by weights/ through learn/.
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

    // The file that a checkpoint is written to before publish() renames it: ".last.pth.new".
    [[nodiscard]] std::filesystem::path staged(std::string_view file) const;

    // Publishes the staged file of `entry.file`, which must be complete on the disk: names it for its content, adds it
    // to the manifest (atomically), then renames it over the old one. A crash in between loses nothing, since open()
    // renames a file whose hash is in the manifest. Other staged or unfinished files and .pth files that are not in the
    // manifest are ignored by readers and removed by publish() (there is one writer at a time; readers may open at any
    // moment).
    Status publish(CheckpointEntry entry);
    // Removes files (oldest first) of kind "epoch" beyond `keep`, and of kind "best" all but the best; never the last.
    Status prune(int keep);

    [[nodiscard]] const std::vector<CheckpointEntry>& entries() const { return entries_; }

    // Hashes the file: the Error says "damaged" when it differs, "missing" when it is gone.
    [[nodiscard]] Status verify(const CheckpointEntry& entry) const;

    struct Choice {
        CheckpointEntry entry;
        std::vector<std::string> damaged;  // newer ones that were skipped: sentences that name the file and say damaged
    };
    // The newest intact one (highest step), or an Error that names every damaged one.
    [[nodiscard]] Result<Choice> newest_intact() const;

  private:
    // The name between the two renames: ".last.pth.SHA256".
    [[nodiscard]] std::filesystem::path complete(const CheckpointEntry& entry) const;

    std::filesystem::path folder_;
    std::vector<CheckpointEntry> entries_;
};

// "best_acc_0.9523_epoch_85.pth": the short name of the metric ("val/accuracy_top1" -> "acc"), four decimals.
std::string best_checkpoint_name(std::string_view metric, double value, std::int64_t epoch);

}  // namespace goetia
