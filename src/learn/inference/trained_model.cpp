#include "learn/inference/trained_model.h"

#include "base/json_path.h"
#include "config/section_keys.h"
#include "learn/tensors.h"
#include "weights/pth.h"

namespace goetia {
namespace {

Json json_of(const Value& value) {
    if (value.is<bool>()) return value.as<bool>();
    if (value.is<std::int64_t>()) return value.as<std::int64_t>();
    if (value.is<double>()) return value.as<double>();
    if (value.is<std::string>()) return value.as<std::string>();
    Json json;
    if (value.is<List>()) {
        json = Json::array();
        for (const Value& item : value.as<List>()) json.push_back(json_of(item));
    } else if (value.is<Dict>()) {
        json = Json::object();
        for (const auto& [key, item] : value.as<Dict>()) json[key.as<std::string>()] = json_of(item);
    }
    return json;
}

std::int64_t whole_number(const Value& checkpoint, std::string_view key) {
    const Value* found = checkpoint.find(key);
    return found != nullptr && found->is<std::int64_t>() ? found->as<std::int64_t>() : 0;
}

Result<const Value*> chosen_weights(const Value& checkpoint, WeightsChoice choice, const std::string& named,
                                    bool& is_averaged) {
    const Value* average = checkpoint.find("ema");
    const bool has_average = average != nullptr && !average->is_none();
    if (choice == WeightsChoice::kAveraged && !has_average)
        return invalid("checkpoint '{}' holds no average of the weights; its run had training.ema off", named);
    is_averaged = has_average && choice != WeightsChoice::kTrained;
    if (is_averaged) return average;
    if (const Value* model = checkpoint.find("model")) return model;
    return invalid("checkpoint '{}' has no 'model': it was not written by a Goetia run", named);
}

}  // namespace

Result<TrainedModel> open_trained(const Json& document, const Components& components,
                                  const std::filesystem::path& checkpoint, WeightsChoice choice, torch::Device device) {
    GOETIA_ASSIGN(const Value kept, read_pth(checkpoint));
    TrainedModel trained;
    GOETIA_ASSIGN(const Value* weights, chosen_weights(kept, choice, checkpoint.native(), trained.is_averaged));
    GOETIA_ASSIGN(trained.model, components.models.make(component_part(document, "model"), "model",
                                                        BuildContext{components, lone_rank()}));
    GOETIA_ASSIGN(trained.kit, task_kit(trained.model->task()));
    if (Status loaded = load_state(*trained.model, *weights); !loaded)
        return std::move(loaded).error().within(
            fmt::format("checkpoint '{}' is of another model than its configuration", checkpoint.native()));
    trained.model->to(device);
    trained.model->eval();
    if (const Value* classes = kept.find("classes"))
        trained.classes = json_of(*classes).get<std::vector<std::string>>();
    if (const Value* steps = kept.find("preprocessing")) trained.preprocessing = json_of(*steps);
    trained.epoch = whole_number(kept, "epoch"), trained.step = whole_number(kept, "step");
    return trained;
}

}  // namespace goetia
