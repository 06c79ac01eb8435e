#include <cstring>
#include <fcntl.h>
#include <map>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/files.h"
#include "weights/pickle.h"
#include "weights/pth.h"

namespace goetia {
namespace {

constexpr std::string_view kLegacyMagic{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15};

// The whole file, mapped; tensors keep it alive.
struct Mapping {
    std::shared_ptr<const void> memory;
    std::string_view bytes;
};

Result<Mapping> map_file(const std::filesystem::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path.native(), errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return os_error("read", path.native(), errno);
    if (!S_ISREG(info.st_mode)) return invalid("cannot read '{}': it is not a file", path.native());
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0) return invalid("'{}' is empty, a .pth file is needed", path.native());
    void* place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (place == MAP_FAILED) return os_error("map", path.native(), errno);
    std::shared_ptr<const void> memory(place, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
    return Mapping{memory, {static_cast<const char*>(place), size}};
}

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return number;
}

struct ZipEntry {
    std::uint64_t method = 0, packed = 0, size = 0, offset = 0;
    std::uint32_t crc = 0;
};

class Zip {
  public:
    static Result<Zip> open(Mapping mapping) {
        Zip zip;
        zip.mapping_ = std::move(mapping);
        GOETIA_TRY(zip.read_directory());
        return zip;
    }

    // "data.pkl" below whatever top folder the file has.
    [[nodiscard]] const ZipEntry* find(std::string_view below_top) const {
        const auto found = entries_.find(std::string(below_top));
        return found == entries_.end() ? nullptr : &found->second;
    }

    Result<Tensor> bytes_of(const ZipEntry& entry, std::string_view name) const {
        const std::string_view all = mapping_.bytes;
        if (entry.offset > all.size() || all.size() - entry.offset < 30 || all.substr(entry.offset, 4) != "PK\x03\x04") return damaged(name);
        const std::uint64_t begin = entry.offset + 30 + little(all, entry.offset + 26, 2) + little(all, entry.offset + 28, 2);
        if (begin > all.size() || all.size() - begin < entry.packed) return damaged(name);
        const std::string_view packed = all.substr(begin, entry.packed);
        Tensor bytes{.dtype = DType::kUInt8, .shape = {static_cast<std::int64_t>(entry.size)}};
        if (entry.method == 0 && entry.packed == entry.size) {
            bytes.memory = mapping_.memory;
            bytes.data = reinterpret_cast<const std::byte*>(packed.data());
            return aligned(std::move(bytes));
        }
        if (entry.method != 8) return make_error(Code::kUnsupported, "entry '{}' is packed by method {}, allowed: stored or deflated", name, entry.method);
        return inflated(packed, entry, name);
    }

  private:
    static Error damaged(std::string_view name) { return invalid("entry '{}' is damaged: it reaches outside the file", name); }

    // A payload that is not aligned for its numbers is copied once.
    static Result<Tensor> aligned(Tensor bytes) {
        if (reinterpret_cast<std::uintptr_t>(bytes.data) % 8 == 0) return bytes;
        auto copy = std::make_shared<std::vector<std::byte>>(bytes.data, bytes.data + bytes.elements());
        bytes.data = copy->data();
        bytes.memory = copy;
        return bytes;
    }

    static Result<Tensor> inflated(std::string_view packed, const ZipEntry& entry, std::string_view name) {
        constexpr std::uint64_t kMostRatio = 1032;   // deflate's own limit; more is a lie
        if (entry.size / kMostRatio > packed.size()) return damaged(name);
        auto memory = std::make_shared<std::vector<std::byte>>(entry.size);
        z_stream stream{};
        if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return failed("cannot unpack entry '{}'", name);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream.avail_in = static_cast<uInt>(packed.size());
        stream.next_out = reinterpret_cast<Bytef*>(memory->data());
        stream.avail_out = static_cast<uInt>(entry.size);
        const int end = packed.size() > 0xFFFFFFFFU || entry.size > 0xFFFFFFFFU ? Z_DATA_ERROR : ::inflate(&stream, Z_FINISH);
        ::inflateEnd(&stream);
        if (end != Z_STREAM_END || stream.total_out != entry.size) return invalid("entry '{}' is damaged: it does not unpack", name);
        Tensor bytes{.dtype = DType::kUInt8, .shape = {static_cast<std::int64_t>(entry.size)}};
        bytes.data = memory->data();
        bytes.memory = memory;
        return bytes;
    }

    Status read_directory() {
        const std::string_view all = mapping_.bytes;
        const std::size_t end = all.rfind("PK\x05\x06");
        if (end == std::string_view::npos || all.size() - end < 22) return invalid("the zip directory is missing: the file is cut off");
        std::uint64_t count = little(all, end + 10, 2), at = little(all, end + 16, 4);
        if (end >= 20 && all.substr(end - 20, 4) == "PK\x06\x07") {
            const std::uint64_t large = little(all, end - 12, 8);
            if (large > all.size() || all.size() - large < 56 || all.substr(large, 4) != "PK\x06\x06") return invalid("the zip64 directory is damaged");
            count = little(all, large + 32, 8);
            at = little(all, large + 48, 8);
        }
        for (std::uint64_t i = 0; i < count; ++i) GOETIA_TRY(read_entry(at));
        return {};
    }

    Status read_entry(std::uint64_t& at) {
        const std::string_view all = mapping_.bytes;
        if (at > all.size() || all.size() - at < 46 || all.substr(at, 4) != "PK\x01\x02") return invalid("the zip directory is damaged at byte {}", at);
        ZipEntry entry{little(all, at + 10, 2), little(all, at + 20, 4), little(all, at + 24, 4), little(all, at + 42, 4), static_cast<std::uint32_t>(little(all, at + 16, 4))};
        const std::uint64_t name_size = little(all, at + 28, 2), extra_size = little(all, at + 30, 2), comment = little(all, at + 32, 2);
        if (all.size() - at - 46 < name_size + extra_size + comment) return invalid("the zip directory is damaged at byte {}", at);
        const std::string_view name = all.substr(at + 46, name_size);
        read_zip64(all.substr(at + 46 + name_size, extra_size), entry);
        const std::size_t slash = name.find('/');
        entries_[std::string(slash == std::string_view::npos ? name : name.substr(slash + 1))] = entry;
        at += 46 + name_size + extra_size + comment;
        return {};
    }

    static void read_zip64(std::string_view extra, ZipEntry& entry) {
        while (extra.size() >= 4) {
            const std::uint64_t kind = little(extra, 0, 2), size = little(extra, 2, 2);
            if (extra.size() - 4 < size) return;
            std::string_view body = extra.substr(4, size);
            for (std::uint64_t* field : {&entry.size, &entry.packed, &entry.offset}) {
                if (kind != 1 || *field != 0xFFFFFFFF || body.size() < 8) continue;
                *field = little(body, 0, 8);
                body.remove_prefix(8);
            }
            extra.remove_prefix(4 + size);
        }
    }

    Mapping mapping_;
    std::map<std::string, ZipEntry> entries_;
};

Result<Value> read_zip(Mapping mapping) {
    GOETIA_ASSIGN(const Zip zip, Zip::open(std::move(mapping)));
    const ZipEntry* pickle_entry = zip.find("data.pkl");
    if (pickle_entry == nullptr) return invalid("it has no 'data.pkl': a zip file, but not one that torch.save wrote");
    if (zip.find("constants.pkl") != nullptr) return make_error(Code::kUnsupported, "it is a TorchScript archive; name it as model.type: TorchScript");
    GOETIA_ASSIGN(const Tensor pickled, zip.bytes_of(*pickle_entry, "data.pkl"));
    const StorageSource storages = [&](const StorageRef& ref) -> Result<Tensor> {
        const std::string name = "data/" + ref.key;
        const ZipEntry* entry = zip.find(name);
        if (entry == nullptr) return invalid("storage '{}' is missing", name);
        if (entry->size < static_cast<std::uint64_t>(ref.elements) * size_of(ref.dtype)) return invalid("storage '{}' holds {} bytes, {} elements of {} need more", name, entry->size, ref.elements, dtype_name(ref.dtype));
        return zip.bytes_of(*entry, name);
    };
    GOETIA_ASSIGN(Unpickled read, unpickle({reinterpret_cast<const char*>(pickled.data), static_cast<std::size_t>(pickled.elements())}, storages));
    return std::move(read.value);
}

// Five pickles (magic, version, system, object, storage keys), then each storage's count and bytes. The object names
// storages before their bytes come, so the first pass only measures and the second one reads.
class Legacy {
  public:
    explicit Legacy(Mapping mapping) : mapping_(std::move(mapping)) {}

    Result<Value> read() {
        std::size_t at = 0;
        for (int i = 0; i < 3; ++i) GOETIA_TRY(skip(at));
        const std::size_t object = at;
        const StorageSource measured = [this](const StorageRef& ref) -> Result<Tensor> {
            seen_[ref.key] = ref;
            const auto count = static_cast<std::uint64_t>(ref.elements) * size_of(ref.dtype);
            if (count > mapping_.bytes.size()) return invalid("storage '{}' is larger than the file", ref.key);
            auto memory = std::make_shared<std::vector<std::byte>>(count);
            return Tensor{.dtype = ref.dtype, .shape = {ref.elements}, .memory = memory, .data = memory->data()};
        };
        GOETIA_ASSIGN(const Unpickled outline, unpickle(mapping_.bytes.substr(at), measured));
        at += outline.consumed;
        GOETIA_ASSIGN(const Unpickled keys, unpickle(mapping_.bytes.substr(at), measured));
        at += keys.consumed;
        GOETIA_TRY(read_storages(keys.value, at));
        const StorageSource whole = [this](const StorageRef& ref) -> Result<Tensor> {
            const auto found = storages_.find(ref.key);
            if (found == storages_.end()) return invalid("storage '{}' is missing", ref.key);
            return found->second;
        };
        GOETIA_ASSIGN(Unpickled read, unpickle(mapping_.bytes.substr(object), whole));
        return std::move(read.value);
    }

  private:
    Status skip(std::size_t& at) {
        const StorageSource none = [](const StorageRef& ref) -> Result<Tensor> { return invalid("storage '{}' stands where none can", ref.key); };
        GOETIA_ASSIGN(const Unpickled read, unpickle(mapping_.bytes.substr(at), none));
        at += read.consumed;
        return {};
    }

    Status read_storages(const Value& keys, std::size_t at) {
        if (!keys.is<List>()) return invalid("the list of storages is damaged");
        for (const Value& key : keys.as<List>()) {
            const auto found = key.is<std::string>() ? seen_.find(key.as<std::string>()) : seen_.end();
            if (found == seen_.end()) return invalid("the list of storages names one that no tensor uses");
            const std::string_view all = mapping_.bytes;
            if (all.size() - at < 8) return invalid("storage '{}' is cut off", found->first);
            const std::uint64_t bytes = little(all, at, 8) * size_of(found->second.dtype);
            at += 8;
            if (static_cast<std::int64_t>(bytes / size_of(found->second.dtype)) != found->second.elements || all.size() - at < bytes) return invalid("storage '{}' is cut off", found->first);
            auto memory = std::make_shared<std::vector<std::byte>>(bytes);
            std::memcpy(memory->data(), all.data() + at, bytes);
            storages_[found->first] = {.dtype = found->second.dtype, .shape = {found->second.elements}, .memory = memory, .data = memory->data()};
            at += bytes;
        }
        return {};
    }

    Mapping mapping_;
    std::map<std::string, StorageRef> seen_;
    std::map<std::string, Tensor> storages_;
};

Result<Value> read_mapped(Mapping mapping) {
    if (mapping.bytes.starts_with("PK\x03\x04")) return read_zip(std::move(mapping));
    if (mapping.bytes.starts_with(kLegacyMagic)) return Legacy(std::move(mapping)).read();
    return invalid("it is neither a zip nor a legacy file of torch.save");
}

}  // namespace

Result<Value> read_pth(const std::filesystem::path& path) {
    GOETIA_ASSIGN(Mapping mapping, map_file(path));
    Result<Value> value = read_mapped(std::move(mapping));
    if (!value) return std::move(value).error().within(fmt::format("cannot read '{}' as a .pth file", path.native()));
    return value;
}

}  // namespace goetia
