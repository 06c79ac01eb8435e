#include "learn/loop/records.h"

namespace goetia {

RecordKeeper::RecordKeeper(ExperimentFolder folder, std::vector<std::string> classes, bool tensorboard)
    : folder_(folder), classes_(std::move(classes)), files_(std::move(folder), tensorboard) {}

Status RecordKeeper::write_files() {
    GOETIA_TRY(trainer_->parts().log->flush());
    return files_.update();
}

Status RecordKeeper::after_epoch(TrainContext&) { return write_files(); }

Status RecordKeeper::after_run(TrainContext&) { return write_files(); }

}  // namespace goetia
