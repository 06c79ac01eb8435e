#include "archive/archive_sink.h"

#include "base/files.h"

namespace goetia {

Status ArchiveFile::write(std::string_view bytes) {
    GOETIA_TRY(write_all(file_, bytes, named_));
    hash_.add(bytes);
    bytes_ += static_cast<std::int64_t>(bytes.size());
    return {};
}

}  // namespace goetia
