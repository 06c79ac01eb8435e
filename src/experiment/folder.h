// The folder of one experiment, which contains everything of a run. The tree is the specification's:
//
//   exp_20250627_143052_a3b8c9d2/
//     config.yaml overrides.yaml environment.json reproduce.sh config.json history.json metrics_history.csv
//     best_model.pth training_curves.png
//     checkpoints/{best_acc_0.9523_epoch_85.pth,last.pth,checkpoint_epoch_50.pth,manifest.json}
//     logs/{train.log,metrics.json,tensorboard/}  visualizations/  exports/
//     journal/{attempt_1.journal,attempt_2.journal,...,control.json,summary.json,derived.json}
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace goetia {

// "exp_YYYYMMDD_HHMMSS_hash8"; hash8 is derived from the resolved config, the time and the process, so that ids are
// unique.
std::string make_experiment_id(WallTime time, std::string_view config_text);
bool is_experiment_id(std::string_view text);

class ExperimentFolder {
  public:
    explicit ExperimentFolder(std::filesystem::path root) : root_(std::move(root)) {}

    // Creates the whole tree under `experiments`/id; refuses an existing one.
    static Result<ExperimentFolder> create(const std::filesystem::path& experiments, const std::string& id);
    // Makes the folders below the root that do not exist: git and some ways of copying leave out empty ones.
    [[nodiscard]] Status make_parts() const;
    static Result<ExperimentFolder> open(const std::filesystem::path& root);
    // Finds EXP as users give it: an id, a unique prefix of one, or a folder.
    static Result<ExperimentFolder> find(const std::filesystem::path& experiments, const std::string& exp);

    [[nodiscard]] std::string id() const { return root_.filename().string(); }
    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    [[nodiscard]] std::filesystem::path config() const { return root_ / "config.yaml"; }
    [[nodiscard]] std::filesystem::path overrides() const { return root_ / "overrides.yaml"; }
    [[nodiscard]] std::filesystem::path environment() const { return root_ / "environment.json"; }
    [[nodiscard]] std::filesystem::path reproduce_script() const { return root_ / "reproduce.sh"; }
    [[nodiscard]] std::filesystem::path record() const { return root_ / "config.json"; }
    [[nodiscard]] std::filesystem::path history() const { return root_ / "history.json"; }
    [[nodiscard]] std::filesystem::path metrics_csv() const { return root_ / "metrics_history.csv"; }
    [[nodiscard]] std::filesystem::path best_model() const { return root_ / "best_model.pth"; }
    [[nodiscard]] std::filesystem::path curves() const { return root_ / "training_curves.png"; }
    [[nodiscard]] std::filesystem::path checkpoints() const { return root_ / "checkpoints"; }
    [[nodiscard]] std::filesystem::path logs() const { return root_ / "logs"; }
    [[nodiscard]] std::filesystem::path train_log() const { return root_ / "logs" / "train.log"; }
    [[nodiscard]] std::filesystem::path metrics() const { return root_ / "logs" / "metrics.json"; }
    [[nodiscard]] std::filesystem::path tensorboard() const { return root_ / "logs" / "tensorboard"; }
    [[nodiscard]] std::filesystem::path visualizations() const { return root_ / "visualizations"; }
    [[nodiscard]] std::filesystem::path exports() const { return root_ / "exports"; }
    [[nodiscard]] std::filesystem::path journal_folder() const { return root_ / "journal"; }
    [[nodiscard]] std::filesystem::path control() const { return root_ / "journal" / "control.json"; }
    [[nodiscard]] std::filesystem::path summary() const { return root_ / "journal" / "summary.json"; }
    [[nodiscard]] std::filesystem::path derived() const { return root_ / "journal" / "derived.json"; }
    [[nodiscard]] std::filesystem::path journal(int attempt) const;
    [[nodiscard]] std::vector<std::filesystem::path> journals() const;  // oldest attempt first
    [[nodiscard]] int next_attempt() const;

  private:
    std::filesystem::path root_;
};

// Every experiment in a folder, sorted by id.
Result<std::vector<ExperimentFolder>> list_experiments(const std::filesystem::path& experiments);
// The disk usage of everything below a folder, without following links.
std::uintmax_t folder_bytes(const std::filesystem::path& folder);
// Removes the experiment and returns how many bytes were freed; refuses one that is running (kWrongState).
Result<std::uintmax_t> delete_experiment(const ExperimentFolder& folder);

}  // namespace goetia
