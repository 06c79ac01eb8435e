// The runs of a sweep on this machine: starts as many as there are slots, each with process groups of its own, tells
// the journal what they show, and stops the losers.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "apps/goetia/sweep_view.h"
#include "config/sweep_axes.h"
#include "sweep/decide/run_slots.h"
#include "sweep/record/sweep_journal.h"

namespace goetia::cli {

struct SweepPlan {
    std::shared_ptr<const ComposeRequest> request;  // its overrides are those of the sweep
    std::vector<SweepAxis> axes;
    SearchSpace space;
    std::filesystem::path working_folder;  // of the runs
    std::vector<RunSlot> slots;
    std::filesystem::path experiments;
    bool skip_unavailable = false;
};

// The request of a trial's document.
ComposeRequest trial_request(const SweepPlan& plan, std::size_t number, const SweepPoint& point);

class SweepRun;

class SweepRuns {
  public:
    SweepRuns(const SweepPlan& plan, SweepJournal& journal, SweepView& view);
    ~SweepRuns();  // kills what still runs

    // Returns when every trial is over, or when the user stopped the sweep: then the number of the signal, else 0.
    Result<int> run();

  private:
    Status fill_slots();
    Status begin(std::size_t number, std::size_t slot);
    Result<std::unique_ptr<SweepRun>> started(std::size_t number, std::size_t slot);
    Result<std::unique_ptr<SweepRun>> resumed(std::size_t number, std::size_t slot);
    Result<std::unique_ptr<SweepRun>> launched(std::unique_ptr<SweepRun> run,
                                               std::optional<std::filesystem::path> checkpoint,
                                               const std::filesystem::path& working_folder);
    Status take_records(SweepRun& run);
    Status take_epoch(std::size_t number, std::int64_t epoch, const std::map<std::string, double>& metrics);
    Status judge(SweepRun& run);
    Status finish(SweepRun& run);
    Status ended(std::size_t number, TrialState state, const std::string& error);
    void interrupt(int number);
    void wait(int signals) const;
    [[nodiscard]] const SweepState& state() const { return journal_.state(); }

    const SweepPlan& plan_;
    SweepJournal& journal_;
    SweepView& view_;
    std::vector<std::unique_ptr<SweepRun>> running_;
    std::vector<std::size_t> left_;  // trials of an earlier process that are not over
    int interrupted_by_ = 0;
    bool is_drawn_out_ = false;  // there is no further point
};

}  // namespace goetia::cli
