// A task as one file that any node of the pool can run: a tar.zst, the same bytes for the same input, named by its
// SHA-256.
//
//   manifest.json         what is in it, which data and which build of the runtime it needs (protocol/manifests.h)
//   run.cbor              the input of every rank: the resolved document with its defaults
//   experiment/           what the experiment's folder begins with: config.yaml, overrides.yaml, components/
//   files/KEY/NAME        small files that the document names at KEY
//
//   GOETIA_ASSIGN(const CheckedConfig config, checked_config({.file = "experiment.yaml"}, false));
//   GOETIA_ASSIGN(const TaskPackage package, make_package(config, {.working_folder = fs::current_path()}));
//   upload(package.sha256, package.archive);
//
// The master signs it when it has accepted it (protocol/object_signature.h).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "package/travelling_document.h"

namespace goetia {

struct CheckedConfig;  // run/checked_config.h

constexpr std::int64_t kLargestPackage = 64 << 20;  // bytes, unpacked

struct PackageOptions {
    std::filesystem::path working_folder;  // relative paths of the document are relative to it
    std::int64_t gpu_memory = 0;           // bytes that must be free on each GPU; 0: not known
    // For data by name ("data"): the fingerprints of splits, and of the "whole", that the nodes' data must have.
    std::map<std::string, std::map<std::string, std::string>> certificates;
    bool environment_is_public = false;   // texts of the document that come from the environment are no secrets
    std::optional<RuntimeBuild> runtime;  // none: that of the runtime beside this program
    PathsOf paths = PathsOf::kThisMachine;
};

struct TaskPackage {
    std::string archive;
    std::string sha256;
    PackageManifest manifest;
};

// kInvalid when texts from the environment would be stored in it, or when it would be larger than allowed; the largest
// files are named then.
Result<TaskPackage> make_package(const CheckedConfig& config, const PackageOptions& options);

// The manifest of a package that anybody may have made, after every file was compared with it. kInvalid: damaged, or
// holds what its manifest does not say.
Result<PackageManifest> read_package(std::string_view archive);

}  // namespace goetia
