#include "master/tasks/weights_archive.h"

#include <fcntl.h>

#include "archive/tar_writer.h"
#include "archive/zstd_sink.h"
#include "base/files.h"

namespace goetia {

Result<WeightsArchive> write_weights_archive(const std::filesystem::path& weights,
                                             const std::filesystem::path& target) {
    const FileDescriptor file(::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.valid()) return os_error("write", target.native(), errno);
    ArchiveFile out(file.get(), "the archive of weights");
    ZstdSink compressed(out, {.level = 1});  // weights hardly compress
    TarWriter tar(compressed);
    GOETIA_TRY(tar.add_file(kWeightsName, weights, false));
    GOETIA_TRY(tar.finish());
    GOETIA_TRY(compressed.finish());
    return WeightsArchive{.file = target, .sha256 = out.sha256(), .bytes = out.bytes()};
}

}  // namespace goetia
