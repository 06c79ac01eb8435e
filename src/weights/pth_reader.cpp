#include <new>

#include "weights/pickle_values.h"
#include "weights/pth.h"
#include "weights/pth_legacy.h"
#include "weights/zip_reader.h"

namespace goetia {
namespace {

constexpr std::string_view kPickleName = "data.pkl";

// PyTorch keeps everything under one folder, named after the file it was written to.
Result<std::string> folder_of(const zip::Reader& file) {
    std::string folder;
    for (const auto& [name, entry] : file.entries()) {
        const std::size_t slash = name.find('/');
        if (slash == std::string::npos || name.substr(slash + 1) != kPickleName) continue;
        if (!folder.empty())
            return invalid("it holds '{}' twice, in '{}' and '{}'", kPickleName, folder, name.substr(0, slash + 1));
        folder = name.substr(0, slash + 1);
    }
    if (folder.empty()) return invalid("it is a zip file without '{}', so torch.save did not write it", kPickleName);
    if (file.find(folder + "constants.pkl") != nullptr) {
        return make_error(Code::kUnsupported,
                          "it is a TorchScript archive, which holds code; train it with model.type: TorchScript, or "
                          "save its state_dict()");
    }
    return folder;
}

Result<Value> read_zip(OwnedBytes bytes) {
    const std::size_t size = bytes.bytes.size();
    GOETIA_ASSIGN(const zip::Reader file, zip::Reader::open(std::move(bytes)));
    GOETIA_ASSIGN(const std::string folder, folder_of(file));
    if (file.find(folder + "byteorder") != nullptr) {
        GOETIA_ASSIGN(const OwnedBytes order, file.read(folder + "byteorder"));
        if (as_text(order.bytes) != "little")
            return make_error(Code::kUnsupported,
                              "its bytes are in {}-endian order; only little-endian files can be read",
                              as_text(order.bytes));
    }
    GOETIA_ASSIGN(const OwnedBytes pickled, file.read(folder + std::string(kPickleName)));
    ByteReader reader(pickled.bytes);
    GOETIA_ASSIGN(const pickle::Pickle pickle, pickle::read_pickle(reader));
    return pickle::to_value(
        pickle,
        [&](const pickle::StorageNode& storage) { return file.read(fmt::format("{}data/{}", folder, storage.key)); },
        size);
}

Result<Value> read_any(OwnedBytes bytes) {
    const std::string_view text = as_text(bytes.bytes);
    if (text.empty()) return invalid("it is empty");
    if (text.starts_with("PK\3\4")) return read_zip(std::move(bytes));
    if (is_legacy_pth(bytes.bytes)) return read_legacy_pth(bytes.bytes);
    if (text.size() > 9 && text[8] == '{')
        return invalid("it is not a PyTorch file; it looks like safetensors: rename it to end in .safetensors");
    return invalid("it is not a PyTorch file: it is neither a zip file nor torch.save's older format");
}

}  // namespace

Result<Value> read_pth(const std::filesystem::path& path) {
    GOETIA_ASSIGN(OwnedBytes bytes, read_bytes(path));
    Result<Value> read = [&]() -> Result<Value> {
        try {
            return read_any(std::move(bytes));
        } catch (const std::bad_alloc&) {
            return failed("memory is exhausted");
        }
    }();
    if (!read) return std::move(read).error().within(fmt::format("cannot read '{}'", path.native()));
    return read;
}

}  // namespace goetia
