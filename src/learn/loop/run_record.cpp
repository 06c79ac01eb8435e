#include "learn/loop/run_record.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_path.h"
#include "config/config.h"
#include "datasets/dataset_info.h"
#include "experiment/environment.h"
#include "experiment/record.h"

namespace goetia {
namespace {

Result<Json> dataset_record(const Json& document, const RunData& data) {
    GOETIA_ASSIGN(Json record, split_record(section_at(document, "dataset"), data.train.get(), data.validation.get(),
                                            data.test.get()));
    record["image_dir"] = section_at(document, "dataset.data_root");
    const Json split_seed = section_at(document, "dataset.split.seed");
    record["random_seed"] = split_seed.is_null() ? section_at(document, "experiment.seed") : split_seed;
    return record;
}

// "a.b[1].c" as JSON says it: "/a/b/1/c".
Json::json_pointer pointer_to(const std::string& path) {
    std::string pointer = "/";
    for (const char letter : path) {
        if (letter == '.' || letter == '[') pointer += '/';
        else if (letter != ']') pointer += letter;
    }
    return Json::json_pointer(pointer);
}

// The document with every text that came from the environment as config.yaml says it: secrets stay references.
Result<Json> with_references(Json document, const std::set<std::string>& from_environment,
                             const std::filesystem::path& config) {
    if (from_environment.empty()) return document;
    GOETIA_ASSIGN(const std::string text, read_file(config));
    GOETIA_ASSIGN(const Json unresolved, parse_yaml(text, config));
    for (const std::string& path : from_environment) {
        const Json::json_pointer place = pointer_to(path);
        if (!document.contains(place) || !document[place].is_string()) continue;
        document[place] = unresolved.contains(place) ? unresolved[place] : Json("(from the environment)");
    }
    return document;
}

Json gpu_names(const RunParts& parts) {
    Json names = Json::array();
    if (!parts.device.is_cuda()) return names;
    const Json state = gpu_state();
    for (const Json& gpu : state["gpus"]) names.push_back(gpu["name"]);
    return names;
}

std::string cuda_version() {
#ifdef GOETIA_CUDA
    return at::detail::getCUDAHooks().showConfig();
#else
    return {};
#endif
}

}  // namespace

Json runtime_environment(const RunParts& parts) {
    const bool cuda = torch::cuda::is_available();
    return {{"libtorch", TORCH_VERSION},
            {"cuda", cuda_version().empty() ? Json(nullptr) : Json(cuda_version())},
            {"cudnn", cuda && torch::cuda::cudnn_is_available() ? Json(at::detail::getCUDAHooks().versionCuDNN())
                                                                : Json(nullptr)},
            {"device", parts.device.str()},
            {"compute_threads", at::get_num_threads()},
            {"parallel", at::get_parallel_info()},
            {"cpu_capability", at::get_cpu_capability()}};
}

Status write_run_record(const ExperimentFolder& folder, const Json& document,
                        const std::set<std::string>& from_environment, const RunData& data, const Json& certificate,
                        const RunParts& parts) {
    const Json environment = capture_environment({{"goetia_version", GOETIA_VERSION},
                                                  {"seed", parts.settings.seed},
                                                  {"data_fingerprint", certificate},
                                                  {"world_size", parts.ranks->world()},
                                                  {"libraries", runtime_environment(parts)}});
    GOETIA_TRY(write_file_atomic(folder.environment(), environment.dump(2) + "\n"));
    GOETIA_ASSIGN(Json dataset, dataset_record(document, data));
    const Json info{{"version", GOETIA_VERSION},
                    {"timestamp", compact_local_time(now())},
                    {"device", parts.device.is_cuda() ? "cuda" : "cpu"},
                    {"world_size", parts.ranks->world()},
                    {"gpu_names", gpu_names(parts)},
                    {"cuda_version", cuda_version().empty() ? Json(nullptr) : Json(cuda_version())},
                    {"pytorch_version", TORCH_VERSION},
                    {"output_dir", folder.root().string()},
                    {"dataset", std::move(dataset)},
                    {"model", {{"output_dim", parts.model->outcomes()}, {"task", task_name(parts.kit->task)}}}};
    GOETIA_ASSIGN(const Json shown, with_references(document, from_environment, folder.config()));
    return write_file_atomic(folder.record(), run_record(shown, info).dump(2) + "\n");
}

}  // namespace goetia
