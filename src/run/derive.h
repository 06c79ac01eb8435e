// The readable files of an experiment (metrics.json, history.json, the CSV, TensorBoard's events, the plots), derived
// from its journals by whoever starts or follows the run: the ranks wait for none of them.
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
    std::int64_t plot_interval = 0;  // epochs between two plots of the curves; 0: only at the end
};

// Keys that the document does not contain have the contract's defaults.
Result<DeriveOptions> derive_options(const Json& document);
Result<DeriveOptions> derive_options(
    const ExperimentFolder& folder);  // from config.yaml; if that is missing, the defaults

// One at a time per experiment, across processes: others wait in update() or finish().
class Deriver {
  public:
    Deriver(ExperimentFolder folder, const DeriveOptions& options);

    // Writes what is new since the last call, and the plots that are due. Drawing may take seconds.
    Status update();
    // Writes everything, after the run's last record.
    Status finish();

    [[nodiscard]] const RunHistory& history() const { return files_.history(); }
    [[nodiscard]] std::uint64_t points() const { return files_.points(); }
    [[nodiscard]] const std::vector<ImageRecord>& plots() const { return plots_; }
    // Why plots could not be drawn (a single class has no ROC curve): each message once.
    [[nodiscard]] const std::vector<std::string>& plot_errors() const { return plot_errors_; }

  private:
    void draw(bool is_end);
    void draw_evaluation(const EvaluationRecord& evaluation);
    void keep(const std::filesystem::path& file, const std::string& title, std::int64_t epoch, const Status& drawn);
    Status take_lock();
    Status save_state(const JournalPosition& derived_up_to);

    ExperimentFolder folder_;
    DeriveOptions options_;
    DerivedFiles files_;
    std::vector<ImageRecord> plots_;
    std::vector<std::string> plot_errors_;
    std::int64_t curves_epoch_ = 0;      // the last one that the curves contain
    std::int64_t evaluation_step_ = -1;  // of the evaluation that was drawn last
    bool is_state_saved_ = false;
    FileDescriptor lock_;  // a lock on logs/
};

// The plots of an experiment, according to journal/derived.json and older journals.
std::vector<ImageRecord> drawn_plots(const ExperimentFolder& folder, const RunHistory& history);

// Whether the journals were not derived to their end, because the launcher was killed. Experiments from before
// journal/derived.json count as derived if they have their files.
bool needs_deriving(const ExperimentFolder& folder);

// Completes the files of a run whose launcher was killed; does nothing when they are complete, or while the run is
// alive.
Status derive_unfinished(const ExperimentFolder& folder);

}  // namespace goetia
