// Writes messages in protobuf's wire format, without a schema: the caller knows the fields' numbers. Large bytes are
// not copied until the whole is written; they must live that long.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace goetia {

class ProtoMessage {
  public:
    ProtoMessage& whole(int field, std::int64_t value);  // int32, int64, uint64, bool, enum
    ProtoMessage& single(int field, float value);
    ProtoMessage& text(int field, std::string_view value);
    ProtoMessage& bytes(int field, std::span<const std::byte> value);
    ProtoMessage& message(int field, ProtoMessage value);
    ProtoMessage& wholes(int field, const std::vector<std::int64_t>& values);  // packed

    ProtoMessage& raw(std::string_view fields);  // that another message holds

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] Status write(int fd, std::string_view named) const;

  private:
    using Piece = std::variant<std::string, std::span<const std::byte>>;
    void add(std::string_view bytes);
    void tag(int field, int kind);
    void varint(std::uint64_t value);

    std::vector<Piece> pieces_;
    std::size_t size_ = 0;
};

}  // namespace goetia
