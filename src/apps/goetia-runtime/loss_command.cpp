// goetia-runtime loss --config JSON --found X.npy --truth T.npy [--classes] [--weight W.npy] [--gradient G.npy]
// Numbers in, numbers out: the value of a `loss` section and its gradient by what was found. With --classes the truth
// is class numbers, else it is values.
#include <algorithm>

#include <ATen/ops/from_blob.h>

#include "apps/goetia-runtime/command.h"
#include "base/json.h"
#include "base/npy.h"
#include "learn/components.h"
#include "learn/model.h"

namespace goetia::runtime {
namespace {

Result<torch::Tensor> tensor_option(const Words& words, const std::string& name) {
    const auto file = option(words, name);
    if (!file)
        return invalid(
            "loss needs {}; usage: loss --config JSON --found X.npy --truth T.npy [--classes] "
            "[--weight W.npy] [--gradient G.npy]",
            name);
    GOETIA_ASSIGN(NpyArray array, read_npy(*file));
    return torch::from_blob(array.values.data(), array.shape).clone();
}

}  // namespace

Status loss_command(const Words& words) {
    const Json section = Json::parse(option(words, "--config").value_or("null"), nullptr, false);
    if (section.is_discarded()) return invalid("'--config' must be the JSON of a 'loss' section");
    LossRegistry registry(Kind::kLoss);
    GOETIA_TRY(register_builtin_losses(registry));
    GOETIA_ASSIGN(const auto loss, registry.make(section, "loss"));
    GOETIA_ASSIGN(torch::Tensor found, tensor_option(words, "--found"));
    GOETIA_ASSIGN(torch::Tensor truth, tensor_option(words, "--truth"));
    torch::Tensor weight;
    if (option(words, "--weight")) {
        GOETIA_ASSIGN(weight, tensor_option(words, "--weight"));
    }
    if (std::ranges::find(words, "--classes") != words.end()) truth = truth.to(torch::kInt64);
    found.set_requires_grad(true);
    const torch::Tensor value = loss->forward(found, truth, weight);
    value.backward();
    if (const auto file = option(words, "--gradient")) {
        const torch::Tensor gradient = found.grad().contiguous();
        const auto* numbers = gradient.const_data_ptr<float>();
        GOETIA_TRY(write_npy(*file, {gradient.sizes().vec(), {numbers, numbers + gradient.numel()}}));
    }
    fmt::print("{}\n", Json{{"loss", value.item<double>()}}.dump());
    return {};
}

}  // namespace goetia::runtime
