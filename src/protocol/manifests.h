// What the archives of the pool say of themselves in their manifest.json: a task's package and a runtime bundle. They
// come from users and machines that the reader does not trust; a signature covers the whole archive.
#pragma once

#include <cstdint>
#include <map>

#include "protocol/desired.h"
#include "protocol/runtime_needs.h"

namespace goetia {

constexpr int kPackageFormat = 1, kBundleFormat = 1;
constexpr std::string_view kManifestFile = "manifest.json";  // the first entry of both

// A build of the runtime.
struct RuntimeBuild {
    std::string goetia;     // "0.1.0"
    std::string libtorch;   // "2.13.0"
    std::string cuda;       // "13.0"; empty: a build for processors
    std::string abi;        // what its plug-ins must share with it
    std::string glibc;      // the oldest that has all it uses; empty: not known
    std::string processor;  // "x86_64"
    auto operator<=>(const RuntimeBuild&) const = default;
};

// A file of the archive.
struct ArchivedFile {
    std::string name;  // its path in the archive
    std::int64_t bytes = 0;
    std::string sha256;
    auto operator<=>(const ArchivedFile&) const = default;
};

struct ComponentVersion {
    std::string kind, name;
    std::string origin;   // "built-in", or the plug-in's path in the package
    std::string version;  // of Goetia; of a plug-in, the SHA-256 of its source
    auto operator<=>(const ComponentVersion&) const = default;
};

struct PackagedData {
    std::string name;                                 // the document says "@data/NAME"
    std::string format;                               // the data set component that reads it: "ImageFolder"
    std::string source;                               // the folder where the task was submitted
    std::map<std::string, std::string> certificates;  // the fingerprint of each split that is known, "whole" of all
    auto operator<=>(const PackagedData&) const = default;
};

struct PackageManifest {
    int format = kPackageFormat;
    std::string experiment;  // its name in the document
    std::vector<ComponentVersion> components;
    std::vector<ArchivedFile> files;  // all but the manifest
    std::vector<PackagedData> data;
    RuntimeBuild runtime;         // that the document was checked against
    int world = 1;                // ranks
    std::int64_t gpu_memory = 0;  // bytes that must be free on each GPU; 0: not known
    auto operator<=>(const PackageManifest&) const = default;
};

struct BundleManifest {
    int format = kBundleFormat;
    RuntimeBuild runtime;
    std::vector<ArchivedFile> files;  // all but the manifest
    auto operator<=>(const BundleManifest&) const = default;
};

Json to_json(const PackageManifest& manifest);
Json to_json(const BundleManifest& manifest);
Result<PackageManifest> package_manifest_from(const Json& json);
Result<BundleManifest> bundle_manifest_from(const Json& json);

std::int64_t unpacked_bytes(const std::vector<ArchivedFile>& files);

// The data as a node is told to have them: at the same path, unless the master knows better, with the certificate of
// the whole, or that of the only split that is known.
std::vector<WantedData> wanted_data(const PackageManifest& manifest);

// What a machine needs to run this build. `has_bundle`: the build is brought to it; otherwise it must have its own.
RuntimeNeeds needs_of(const RuntimeBuild& build, bool uses_gpus, bool has_bundle);

}  // namespace goetia
