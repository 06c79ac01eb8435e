#include "weights/pickle_writer.h"

#include <bit>
#include <limits>
#include <map>

#include "base/utf8.h"
#include "weights/pickle_opcodes.h"
#include "weights/pickle_reader.h"

namespace goetia::pickle {
namespace {

class Writer {
  public:
    explicit Writer(const StoragePlan& plan) : plan_(&plan) {}

    Result<std::string> run(const Value& value) {
        op(Op::kProto), raw(std::uint8_t{2});
        GOETIA_TRY(put(value, 0));
        op(Op::kStop);
        return std::move(out_);
    }

  private:
    void op(Op code) { out_ += static_cast<char>(code); }

    template <class T>
    void raw(T number) {
        out_.append(reinterpret_cast<const char*>(&number), sizeof number);
    }

    Status put(const Value& value, int depth) {
        if (depth > kMaxDepth) return invalid("values are nested more than {} deep", kMaxDepth);
        if (value.is_none()) return op(Op::kNone), Status();
        if (value.is<bool>()) return op(value.as<bool>() ? Op::kNewTrue : Op::kNewFalse), Status();
        if (value.is<std::int64_t>()) return number(value.as<std::int64_t>()), Status();
        if (value.is<double>())
            return op(Op::kBinFloat), raw(__builtin_bswap64(std::bit_cast<std::uint64_t>(value.as<double>()))),
                   Status();
        if (value.is<std::string>()) return text(value.as<std::string>());
        if (value.is<Tensor>()) return tensor(value.as<Tensor>());
        if (value.is<List>()) return list(value.as<List>(), depth);
        if (value.is<Tuple>()) return tuple(value.as<Tuple>().items, depth);
        return dict(value.as<Dict>(), depth);
    }

    void number(std::int64_t number) {
        if (number >= 0 && number <= 0xff) op(Op::kBinInt1), raw(static_cast<std::uint8_t>(number));
        else if (number >= 0 && number <= 0xffff) op(Op::kBinInt2), raw(static_cast<std::uint16_t>(number));
        else if (number >= std::numeric_limits<std::int32_t>::min() &&
                 number <= std::numeric_limits<std::int32_t>::max())
            op(Op::kBinInt), raw(static_cast<std::int32_t>(number));
        else op(Op::kLong1), raw(std::uint8_t{8}), raw(number);
    }

    Status text(std::string_view text) {
        if (first_invalid_utf8(text)) return invalid("a text is not UTF-8, which Python could not read back");
        if (text.size() > std::numeric_limits<std::uint32_t>::max()) return invalid("a text is longer than 4 GiB");
        op(Op::kBinUnicode), raw(static_cast<std::uint32_t>(text.size()));
        out_ += text;
        return {};
    }

    Status list(const List& items, int depth) {
        op(Op::kEmptyList);
        if (items.empty()) return {};
        op(Op::kMark);
        for (const Value& item : items) GOETIA_TRY(put(item, depth + 1));
        return op(Op::kAppends), Status();
    }

    Status tuple(const List& items, int depth) {
        if (items.empty()) return op(Op::kEmptyTuple), Status();
        op(Op::kMark);
        for (const Value& item : items) GOETIA_TRY(put(item, depth + 1));
        return op(Op::kTuple), Status();
    }

    Status dict(const Dict& entries, int depth) {
        op(Op::kEmptyDict);
        if (entries.empty()) return {};
        op(Op::kMark);
        for (const auto& [key, item] : entries) {
            if (!key.is<std::string>() && !key.is<std::int64_t>())
                return invalid("a dict's key is neither a text nor an integer");
            GOETIA_TRY(put(key, depth + 1));
            GOETIA_TRY(put(item, depth + 1));
        }
        return op(Op::kSetItems), Status();
    }

    void numbers(const std::vector<std::int64_t>& list) {
        op(Op::kMark);
        for (const std::int64_t one : list) number(one);
        op(Op::kTuple);
    }

    // Written in full once, then by its memo number; the few there are fit in one byte.
    void global(const std::string& module, std::string_view name) {
        std::string line = fmt::format("{}\n{}\n", module, name);
        if (const auto known = globals_.find(line); known != globals_.end()) return op(Op::kBinGet), raw(known->second);
        op(Op::kGlobal);
        out_ += line;
        const auto place = static_cast<std::uint8_t>(globals_.size());
        op(Op::kBinPut), raw(place);
        globals_.emplace(std::move(line), place);
    }

    // torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)
    Status tensor(const Tensor& tensor) {
        const StoragePlan::Place& place = plan_->places.at(&tensor);
        const PlannedStorage& storage = plan_->storages[place.storage];
        std::vector<std::int64_t> strides(tensor.shape.size());
        std::int64_t stride = 1;
        for (std::size_t i = strides.size(); i-- > 0;)
            strides[i] = stride, stride *= std::max<std::int64_t>(1, tensor.shape[i]);
        global("torch._utils", "_rebuild_tensor_v2");
        op(Op::kMark);
        op(Op::kMark);
        GOETIA_TRY(text("storage"));
        global("torch", storage_global(storage.dtype));
        GOETIA_TRY(text(std::to_string(place.storage)));
        GOETIA_TRY(text("cpu"));
        number(static_cast<std::int64_t>(storage.bytes.size() / size_of(storage.dtype)));
        op(Op::kTuple), op(Op::kBinPersId);
        number(place.offset);
        numbers(tensor.shape);
        numbers(strides);
        op(Op::kNewFalse);
        global("collections", "OrderedDict");
        op(Op::kEmptyTuple), op(Op::kReduce), op(Op::kTuple), op(Op::kReduce);
        return {};
    }

    const StoragePlan* plan_;
    std::string out_;
    std::map<std::string, std::uint8_t> globals_;
};

}  // namespace

Result<std::string> write_pickle(const Value& value, const StoragePlan& plan) { return Writer(plan).run(value); }

}  // namespace goetia::pickle
