#include "weights/file_sink.h"
#include "weights/pickle_writer.h"
#include "weights/pth.h"
#include "weights/storage_plan.h"
#include "weights/zip_writer.h"

namespace goetia {
namespace {

// A constant folder name, so that a file's bytes do not depend on its own name.
constexpr std::string_view kFolder = "archive";

}  // namespace

Result<WrittenFile> write_pth(const std::filesystem::path& path, const Value& value) {
    const StoragePlan plan = plan_storages(value);
    auto pickled = pickle::write_pickle(value, plan);
    if (!pickled) return std::move(pickled).error().within(fmt::format("cannot write '{}'", path.native()));
    GOETIA_ASSIGN(FileSink sink, FileSink::open(path));
    zip::Writer file(sink);
    const auto name = [](std::string_view entry) { return fmt::format("{}/{}", kFolder, entry); };
    GOETIA_TRY(file.add(name("data.pkl"), *pickled));
    GOETIA_TRY(file.add(name(".format_version"), "1"));
    GOETIA_TRY(file.add(name(".storage_alignment"), "64"));
    GOETIA_TRY(file.add(name("byteorder"), "little"));
    for (std::size_t i = 0; i < plan.storages.size(); ++i)
        GOETIA_TRY(file.add(name(fmt::format("data/{}", i)), plan.storages[i].bytes));
    GOETIA_TRY(file.add(name("version"), "3\n"));
    GOETIA_TRY(file.finish());
    GOETIA_ASSIGN(std::string sum, sink.publish());
    return WrittenFile{std::move(sum), sink.written()};
}

}  // namespace goetia
