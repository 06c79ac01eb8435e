#include "datasets/tables/zip.h"

#include <memory>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

namespace goetia {
namespace {

struct Close {
    void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, Close>;

Error broken(const std::string& file, archive* handle) {
    const char* reason = archive_error_string(handle);
    return invalid("'{}' is not a complete zip file: {}; save or copy it again", file,
                   reason == nullptr ? "unknown" : reason);
}

Error too_large(const std::string& file, const std::string& part) {
    return invalid("'{}' would unpack to far more data than a table has (in '{}'); is it a table?", file, part);
}

Result<std::string> read_part(archive* handle, const std::string& file, const std::string& part, std::size_t most) {
    std::string bytes;
    std::vector<char> chunk(std::size_t{1} << 16);
    for (;;) {
        const la_ssize_t got = archive_read_data(handle, chunk.data(), chunk.size());
        if (got == 0) return bytes;
        if (got < 0) return broken(file, handle);
        if (bytes.size() + static_cast<std::size_t>(got) > most) return too_large(file, part);
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

Result<std::map<std::string, std::string>> unzip(std::string_view bytes, const std::string& file,
                                                 const std::function<bool(const std::string&)>& selected,
                                                 const ZipLimits& limits) {
    const Archive handle(archive_read_new());
    if (!handle) return failed("no memory to open '{}'", file);
    archive_read_support_format_zip_seekable(handle.get());
    if (archive_read_open_memory(handle.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
        return broken(file, handle.get());
    std::map<std::string, std::string> parts;
    std::size_t left = std::min(limits.total_bytes, limits.ratio * (bytes.size() + 1));
    for (std::size_t count = 0;; ++count) {
        archive_entry* entry = nullptr;
        const int status = archive_read_next_header(handle.get(), &entry);
        if (status == ARCHIVE_EOF) return parts;
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return broken(file, handle.get());
        if (count >= limits.entries)
            return invalid("'{}' contains more than {} entries; is it a table?", file, limits.entries);
        const char* name = archive_entry_pathname(entry);
        if (name == nullptr || !selected(name)) continue;
        if (archive_entry_is_encrypted(entry) != 0)
            return make_error(Code::kUnsupported, "'{}' is protected with a password; save it without one", file);
        GOETIA_ASSIGN(std::string part, read_part(handle.get(), file, name, std::min(limits.part_bytes, left)));
        left -= part.size();
        parts[name] = std::move(part);
    }
}

}  // namespace goetia
