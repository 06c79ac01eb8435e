// The commands of goetia, one line each, in the order of its help. A command's own file defines add_<name>(); those
// below a noun are listed where the noun is: dataset_commands.cpp, experiment_commands.cpp ...
#include "apps/goetia/command.h"

namespace goetia::cli {

#define GOETIA_ADD(name)                 \
    void add_##name(Command&, Context&); \
    add_##name(app, context)

void add_commands(Command& app, Context& context) {
    GOETIA_ADD(demo_command);
    GOETIA_ADD(train_command);
    GOETIA_ADD(reproduce_command);
    GOETIA_ADD(evaluate_command);
    GOETIA_ADD(export_command);
    GOETIA_ADD(predict_command);
    GOETIA_ADD(config_commands);
    GOETIA_ADD(component_commands);
    GOETIA_ADD(dataset_commands);
    GOETIA_ADD(experiment_commands);
    GOETIA_ADD(model_commands);
    GOETIA_ADD(weights_commands);
    GOETIA_ADD(bundle_commands);
    GOETIA_ADD(score_commands);
    GOETIA_ADD(up_command);
    GOETIA_ADD(master_command);
    GOETIA_ADD(task_commands);
    GOETIA_ADD(node_commands);
    GOETIA_ADD(login_commands);
    GOETIA_ADD(user_commands);
    GOETIA_ADD(token_commands);
    GOETIA_ADD(db_commands);
    GOETIA_ADD(bench_commands);
    GOETIA_ADD(doctor_command);
    GOETIA_ADD(completion_command);
    GOETIA_ADD(version_command);
}

#undef GOETIA_ADD

}  // namespace goetia::cli
