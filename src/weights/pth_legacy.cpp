#include "weights/pth_legacy.h"

#include <map>

#include "weights/pickle_values.h"

namespace goetia {
namespace {

// The pickle of the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view kMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15);
constexpr std::int64_t kProtocol = 1001;

Status check_system(const pickle::Pickle& fields) {
    const auto* dict = fields.root->get<pickle::DictNode>();
    if (dict == nullptr) return invalid("it is damaged: its system information is missing");
    for (const auto& [key, value] : dict->entries) {
        const auto* name = key->get<std::string>();
        const auto* is_little = value->get<bool>();
        if (name != nullptr && *name == "little_endian" && is_little != nullptr && !*is_little) {
            return make_error(Code::kUnsupported,
                              "its bytes are in big-endian order; only little-endian files can be read");
        }
    }
    return {};
}

std::map<std::string, DType> storage_types(const pickle::Pickle& object) {
    std::map<std::string, DType> types;
    for (const pickle::Node& node : object.nodes) {
        if (const auto* storage = node.get<pickle::StorageNode>()) types.emplace(storage->key, storage->dtype);
    }
    return types;
}

// For each key in order: the number of elements, then the elements.
Result<std::map<std::string, OwnedBytes>> read_storages(ByteReader& reader, const pickle::Pickle& keys,
                                                        const std::map<std::string, DType>& types) {
    const auto* list = keys.root->get<pickle::ListNode>();
    if (list == nullptr) return invalid("it is damaged: it does not list its storages");
    std::map<std::string, OwnedBytes> storages;
    for (const pickle::Node* item : list->items) {
        const auto* key = item->get<std::string>();
        const auto type = key != nullptr ? types.find(*key) : types.end();
        if (type == types.end()) return invalid("it is damaged: it lists a storage that no tensor uses");
        const auto count = reader.number<std::uint64_t>();
        const std::size_t width = size_of(type->second);
        const auto bytes = count <= reader.left() / width ? reader.take(count * width) : reader.take(reader.left() + 1);
        if (!reader.ok()) return invalid("it is truncated or damaged: storage '{}' ends too early", *key);
        const auto memory = aligned_memory(bytes.size());  // unaligned in the file
        if (!bytes.empty()) std::memcpy(memory.get(), bytes.data(), bytes.size());
        storages.emplace(*key, OwnedBytes{memory, {memory.get(), bytes.size()}});
    }
    return storages;
}

}  // namespace

bool is_legacy_pth(std::span<const std::byte> file) { return as_text(file).starts_with(kMagic); }

Result<Value> read_legacy_pth(std::span<const std::byte> file) {
    ByteReader reader(file, kMagic.size());
    GOETIA_ASSIGN(const pickle::Pickle protocol, pickle::read_pickle(reader));
    const auto* number = protocol.root->get<std::int64_t>();
    if (number == nullptr || *number != kProtocol)
        return make_error(Code::kUnsupported, "its protocol version is not {}", kProtocol);
    GOETIA_ASSIGN(const pickle::Pickle system, pickle::read_pickle(reader));
    GOETIA_TRY(check_system(system));
    GOETIA_ASSIGN(const pickle::Pickle object, pickle::read_pickle(reader));
    GOETIA_ASSIGN(const pickle::Pickle keys, pickle::read_pickle(reader));
    GOETIA_ASSIGN(const auto storages, read_storages(reader, keys, storage_types(object)));
    const auto source = [&](const pickle::StorageNode& storage) -> Result<OwnedBytes> {
        const auto found = storages.find(storage.key);
        if (found == storages.end()) return invalid("it is damaged: storage '{}' is missing", storage.key);
        return found->second;
    };
    return pickle::to_value(object, source, file.size());
}

}  // namespace goetia
