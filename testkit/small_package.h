// The smallest package of a task that a master takes.
#pragma once

#include <string>

#include "archive/tar_writer.h"
#include "archive/zstd_sink.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "protocol/manifests.h"

namespace goetia::testkit {

inline PackageManifest small_manifest() {
    const std::string input = "input";
    return {.experiment = "small",
            .files = {{"run.cbor", std::ssize(input), sha256_hex(input)}},
            .runtime = {.goetia = "0.1.0", .libtorch = "", .cuda = "", .abi = "a", .glibc = "", .processor = ""}};
}

// The archive of a manifest, with `input` for its run.cbor, whatever the manifest says of that.
inline std::string packed(const PackageManifest& manifest, const std::string& input = "input") {
    ArchiveText text;
    ZstdSink compressed(text);
    TarWriter tar(compressed);
    static_cast<void>(tar.add(std::string(kManifestFile), json_text(to_json(manifest), 1) + "\n"));
    static_cast<void>(tar.add("run.cbor", input));
    static_cast<void>(tar.finish());
    static_cast<void>(compressed.finish());
    return text.take();
}

inline std::string small_package() { return packed(small_manifest()); }

}  // namespace goetia::testkit
