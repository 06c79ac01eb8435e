// Writes the readable files of an experiment folder as a run goes on: metrics.json, history.json, the CSV, TensorBoard
// events, the curves and the evaluation's pictures. All are derived from the journal; none is ever read back.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "experiment/derived.h"
#include "experiment/folder.h"
#include "learn/loop/trainer.h"

namespace goetia {

class RecordKeeper final : public Hook {
  public:
    RecordKeeper(ExperimentFolder folder, std::vector<std::string> classes, bool tensorboard);
    void attach(Trainer& trainer) { trainer_ = &trainer; }

    [[nodiscard]] std::string_view name() const override { return "records"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLast; }
    Status after_epoch(TrainContext& context) override;
    Status after_run(TrainContext& context) override;

  private:
    Status write_files();
    Status draw();
    Status draw_evaluation();
    Status keep_picture(const std::filesystem::path& file, const std::string& title, const Status& drawn);

    ExperimentFolder folder_;
    std::vector<std::string> classes_;
    DerivedFiles files_;
    Trainer* trainer_ = nullptr;
    Evaluation seen_;                // the newest one, for its pictures
    bool drawn_ = true;              // nothing has come since the pictures were drawn
    std::set<std::string> undrawn_;  // reasons already said
};

}  // namespace goetia
