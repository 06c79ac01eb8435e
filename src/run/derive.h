// The readable files of an experiment (metrics.json, history.json, the CSV, TensorBoard's events, the pictures), made
// from its journals by whoever starts or follows the run: no rank waits for any of them.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "experiment/derived.h"

namespace goetia {

struct DeriveOptions {
    bool tensorboard = false;
    std::int64_t plot_interval = 0;  // epochs between two drawings of the curves; 0: at the end alone
};

// What the document does not say has the contract's default.
Result<DeriveOptions> derive_options(const Json& document);
Result<DeriveOptions> derive_options(
    const ExperimentFolder& folder);  // from config.yaml; where that is lost, the defaults

// One at a time for an experiment, whoever makes it: the next waits for its turn in update() or finish().
class Deriver {
  public:
    Deriver(ExperimentFolder folder, const DeriveOptions& options);

    // What is new since the last time, and the pictures that are due. Drawing may take seconds.
    Status update();
    // Everything, whole: after the run's last record.
    Status finish();

    [[nodiscard]] const RunHistory& history() const { return files_.history(); }
    [[nodiscard]] std::uint64_t points() const { return files_.points(); }
    [[nodiscard]] const std::vector<ImageRecord>& pictures() const { return pictures_; }
    // Why pictures could not be drawn (one class alone has no ROC curve): each sentence once.
    [[nodiscard]] const std::vector<std::string>& undrawn() const { return undrawn_; }

  private:
    void draw(bool is_end);
    void draw_evaluation(const EvaluationRecord& evaluation);
    void keep(const std::filesystem::path& file, const std::string& title, std::int64_t epoch, const Status& drawn);
    Status take_turn();
    Status note(const JournalPosition& whole_up_to);

    ExperimentFolder folder_;
    DeriveOptions options_;
    DerivedFiles files_;
    std::vector<ImageRecord> pictures_;
    std::vector<std::string> undrawn_;
    std::int64_t curves_epoch_ = 0;      // the last one that the curves show
    std::int64_t evaluation_step_ = -1;  // of the evaluation that was drawn
    bool is_noted_ = false;
    FileDescriptor turn_;  // a lock on logs/
};

// What was drawn of an experiment, as journal/derived.json and older journals say.
std::vector<ImageRecord> drawn_pictures(const ExperimentFolder& folder, const RunHistory& history);

// Whether what is journaled here was never derived to its end: its launcher was killed. Experiments from before there
// was journal/derived.json have their files.
bool is_left_underived(const ExperimentFolder& folder);

// Derives what a killed launcher left; nothing where all is there, or where the run is alive and its launcher will.
Status derive_leftovers(const ExperimentFolder& folder);

}  // namespace goetia
