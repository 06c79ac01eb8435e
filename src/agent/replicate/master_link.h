// How bytes travel between this node and the master. Each call is one request and its answer; an Error means that
// nothing is known about what became of it.
#pragma once

#include <string>
#include <string_view>

#include "protocol/requests.h"

namespace goetia {

class MasterLink {
  public:
    virtual ~MasterLink() = default;
    virtual Result<AppendAnswer> append(const AppendRequest& request, std::string_view bytes) = 0;
    virtual Result<ObjectAnswer> put(const ObjectChunk& chunk, std::string_view bytes) = 0;
    // Bytes [begin, end) of an object that the master holds.
    virtual Result<std::string> get(const std::string& sha256, std::int64_t begin, std::int64_t end) = 0;
};

}  // namespace goetia
