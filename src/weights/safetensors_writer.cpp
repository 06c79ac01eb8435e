#include <algorithm>
#include <vector>

#include "base/json.h"
#include "weights/file_sink.h"
#include "weights/safetensors.h"
#include "weights/safetensors_types.h"

namespace goetia {
namespace {

using Named = std::pair<std::string_view, const Tensor*>;

// Wider types first, so that every tensor is aligned; then by name.
std::vector<Named> in_write_order(const std::map<std::string, Tensor>& tensors) {
    std::vector<Named> order;
    for (const auto& [name, tensor] : tensors) order.emplace_back(name, &tensor);
    std::stable_sort(order.begin(), order.end(), [](const Named& a, const Named& b) {
        return safetensors_rank(a.second->dtype) < safetensors_rank(b.second->dtype);
    });
    return order;
}

Result<std::string> header_of(const std::vector<Named>& order, const std::map<std::string, std::string>& metadata) {
    Json header = Json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (const auto& [name, tensor] : order) {
        if (name == "__metadata__") return invalid("a tensor may not be named '{}'", name);
        header[std::string(name)] = {{"dtype", kSafetensorsTypes[safetensors_rank(tensor->dtype)].second},
                                     {"shape", tensor->shape},
                                     {"data_offsets", {at, at + tensor->bytes()}}};
        at += tensor->bytes();
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const Json::exception&) {
        return invalid("a tensor's name is not UTF-8");
    }
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

}  // namespace

Result<WrittenFile> write_safetensors(const std::filesystem::path& path, const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata) {
    const std::vector<Named> order = in_write_order(tensors);
    auto header = header_of(order, metadata);
    if (!header) return std::move(header).error().within(fmt::format("cannot write '{}'", path.native()));
    GOETIA_ASSIGN(FileSink sink, FileSink::open(path));
    const std::uint64_t size = header->size();
    GOETIA_TRY(sink.write(&size, sizeof size));
    GOETIA_TRY(sink.write(*header));
    for (const auto& [name, tensor] : order) GOETIA_TRY(sink.write(tensor->data, tensor->bytes()));
    GOETIA_ASSIGN(std::string sum, sink.publish());
    return WrittenFile{std::move(sum), sink.written()};
}

}  // namespace goetia
