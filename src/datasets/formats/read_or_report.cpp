#include "datasets/formats/read_or_report.h"

#include "base/files.h"

namespace goetia {

std::optional<std::string> read_or_report(const std::filesystem::path& file, std::string fix,
                                          std::vector<Finding>& findings) {
    Result<std::string> bytes = read_file(file);
    if (bytes) return std::move(bytes).value();
    findings.push_back({.kind = FindingKind::kMissingFile,
                        .file = file.native(),
                        .found = bytes.error().message,
                        .fix = std::move(fix)});
    return std::nullopt;
}

}  // namespace goetia
