#include "apps/goetia/task_package_call.h"

#include "apps/goetia/dataset_section.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/train_options.h"
#include "base/hash.h"
#include "base/json.h"
#include "package/pooled_task.h"
#include "package/runtime_bundle.h"
#include "protocol/names.h"

namespace goetia::cli {
namespace {

using Certificates = std::map<std::string, std::map<std::string, std::string>>;

// "data=ab12...", or the fingerprint alone where a task reads one set.
Result<Certificates> given_certificates(const std::vector<std::string>& words, const std::vector<PackagedData>& data) {
    Certificates certificates;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        const std::string fingerprint = equals == std::string::npos ? word : word.substr(equals + 1);
        if (!is_sha256(fingerprint))
            return invalid(
                "--certificate '{}' is no fingerprint: 64 hexadecimal digits, as 'goetia dataset certify' "
                "prints them, after NAME= where a task reads several sets",
                word);
        if (equals == std::string::npos && data.size() != 1)
            return invalid("the task reads {} sets; say of which the certificate is, as NAME={}", data.size(), word);
        certificates[equals == std::string::npos ? data[0].name : word.substr(0, equals)]["whole"] = fingerprint;
    }
    return certificates;
}

Result<Certificates> certificates_of(Context& context, const PackageChoice& choice, const TaskPackage& package) {
    GOETIA_ASSIGN(Certificates certificates, given_certificates(choice.certificates, package.manifest.data));
    if (!choice.certify) return certificates;
    for (const PackagedData& data : package.manifest.data) {
        if (certificates.contains(data.name)) continue;
        GOETIA_ASSIGN(certificates[data.name]["whole"], fingerprint_of_folder(data.source));
        context.say(
            fmt::format("certified: data '{}' in {} is {}", data.name, data.source, certificates[data.name]["whole"]));
    }
    return certificates;
}

Result<PackageOptions> packing_of(Context& context, const CheckedConfig& config, const PackageChoice& choice) {
    PackageOptions options{.working_folder = std::filesystem::current_path()};
    if (!choice.certify && choice.certificates.empty()) return options;
    GOETIA_ASSIGN(const TaskPackage package, make_package(config, options));
    GOETIA_ASSIGN(options.certificates, certificates_of(context, choice, package));
    return options;
}

}  // namespace

void add_run_choice(Command& command, TrainOptions& options) {
    add_config_choice(command, options.request, options.choice);
    add_data_choice(command, options, "--data-folder");
}

bool has_run_choice(const TrainOptions& options) {
    return !options.request.file.empty() || !options.choice.name.empty() || !options.data.empty();
}

void add_package_choice(Command& command, PackageChoice& choice) {
    command.option("--bundle", choice.bundle, "The runtime to train with, of 'goetia bundle make'; none: the master's")
        .metavar("FILE");
    command.flag("--certify", choice.certify, "Nodes must have the data as they are here; reads all of them");
    command
        .option("--certificate", choice.certificates,
                "Nodes must have data of this fingerprint, as 'goetia dataset certify' prints it")
        .repeated()
        .metavar("[NAME=]FINGERPRINT");
}

Result<Json> packed_task(Context& context, const TrainOptions& chosen, const PackageChoice& choice, Json task,
                         MasterCall* master) {
    TrainOptions options = chosen;
    GOETIA_TRY(apply_choice(options.request, options.choice));
    GOETIA_TRY(apply_data(context, options));
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, false));
    say_notices(context, config);
    GOETIA_ASSIGN(const PackageOptions packing, packing_of(context, config, choice));
    GOETIA_ASSIGN(PooledTask pooled, pooled_task(config, task, packing));
    if (!choice.bundle.empty()) {
        GOETIA_ASSIGN(const RuntimeBundle bundle, read_bundle(choice.bundle));
        put_needs(needs_of(bundle.manifest.runtime, task.value("gpus", 0) > 0, true), *pooled.fields);
        (*pooled.fields)["runtime"] = {{"sha256", bundle.sha256}, {"bytes", bundle.bytes}};
        if (master != nullptr) GOETIA_TRY(master->upload(choice.bundle));
    }
    if (master != nullptr) {
        GOETIA_ASSIGN((*pooled.fields)["package"],
                      master->upload(pooled.package.archive, pooled.package.sha256, "the package"));
    }
    return std::move(*pooled.fields);
}

}  // namespace goetia::cli
