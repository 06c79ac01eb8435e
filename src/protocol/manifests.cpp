#include "protocol/manifests.h"

namespace goetia {

std::int64_t unpacked_bytes(const std::vector<ArchivedFile>& files) {
    std::int64_t bytes = 0;
    for (const ArchivedFile& file : files) bytes += file.bytes;
    return bytes;
}

std::vector<WantedData> wanted_data(const PackageManifest& manifest) {
    std::vector<WantedData> wanted;
    for (const PackagedData& data : manifest.data) {
        WantedData one{.name = data.name, .source = data.source};
        const auto whole = data.certificates.find("whole");
        if (whole != data.certificates.end()) one.certificate = whole->second;
        else if (data.certificates.size() == 1) one.certificate = data.certificates.begin()->second;
        wanted.push_back(std::move(one));
    }
    return wanted;
}

RuntimeNeeds needs_of(const RuntimeBuild& build, bool uses_gpus, bool has_bundle) {
    RuntimeNeeds needs{.glibc = build.glibc, .processor = build.processor};
    if (!has_bundle) needs.libtorch = build.libtorch;
    if (uses_gpus && !build.cuda.empty()) {
        needs.cuda = build.cuda.substr(0, build.cuda.find('.'));
        needs.driver = oldest_driver_for(build.cuda);
    }
    return needs;
}

}  // namespace goetia
