#include "weights/pickle_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <unordered_map>

#include "weights/pickle_opcodes.h"

namespace goetia::pickle {
namespace {

struct TypeNames {
    DType type;
    std::string_view storage, torch;
};

constexpr std::array<TypeNames, 10> kTypes{{
    {DType::kFloat32, "FloatStorage", "float32"},
    {DType::kFloat64, "DoubleStorage", "float64"},
    {DType::kFloat16, "HalfStorage", "float16"},
    {DType::kBFloat16, "BFloat16Storage", "bfloat16"},
    {DType::kInt64, "LongStorage", "int64"},
    {DType::kInt32, "IntStorage", "int32"},
    {DType::kInt16, "ShortStorage", "int16"},
    {DType::kInt8, "CharStorage", "int8"},
    {DType::kUInt8, "ByteStorage", "uint8"},
    {DType::kBool, "BoolStorage", "bool"},
}};

constexpr std::string_view kOrderedDict = "collections.OrderedDict", kSize = "torch.Size",
                           kParameter = "torch._utils._rebuild_parameter", kTensor1 = "torch._utils._rebuild_tensor",
                           kTensor2 = "torch._utils._rebuild_tensor_v2", kTensor3 = "torch._utils._rebuild_tensor_v3",
                           kUntyped = "torch.storage.UntypedStorage";

Error cut_off() { return invalid("it is truncated or damaged: its pickle ends too early"); }
Error malformed(std::string_view what) { return invalid("it is damaged: its pickle is malformed ({})", what); }

bool is_known(std::string_view global) {
    constexpr std::array kFunctions{kOrderedDict, kSize, kParameter, kTensor1, kTensor2, kTensor3, kUntyped};
    return std::find(kFunctions.begin(), kFunctions.end(), global) != kFunctions.end() || dtype_of_storage(global) ||
           dtype_of_global(global);
}

std::optional<std::vector<std::int64_t>> whole_numbers(const Node* node) {
    const auto* tuple = node->get<TupleNode>();
    if (tuple == nullptr) return std::nullopt;
    std::vector<std::int64_t> numbers;
    for (const Node* item : tuple->items) {
        const auto* number = item->get<std::int64_t>();
        if (number == nullptr) return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

class Machine {
  public:
    explicit Machine(ByteReader& bytes) : bytes_(&bytes) {}

    Result<Pickle> run() {
        for (;;) {
            const auto code = bytes_->number<std::uint8_t>();
            if (!bytes_->ok()) return cut_off();
            if (static_cast<Op>(code) == Op::kStop) break;
            GOETIA_TRY(step(code));
            if (!bytes_->ok()) return cut_off();
        }
        if (stack_.size() != 1 || !marks_.empty()) return malformed("it does not leave one value");
        pickle_.root = stack_.back();
        return std::move(pickle_);
    }

  private:
    Status step(std::uint8_t code) {
        switch (static_cast<Op>(code)) {
            case Op::kProto: return protocol();
            case Op::kMark: return marks_.push_back(stack_.size()), Status();
            case Op::kNone: return push({});
            case Op::kNewTrue: return push({true});
            case Op::kNewFalse: return push({false});
            case Op::kBinInt: return push({static_cast<std::int64_t>(bytes_->number<std::int32_t>())});
            case Op::kBinInt1: return push({static_cast<std::int64_t>(bytes_->number<std::uint8_t>())});
            case Op::kBinInt2: return push({static_cast<std::int64_t>(bytes_->number<std::uint16_t>())});
            case Op::kLong1: return long1();
            case Op::kBinFloat:
                return push({std::bit_cast<double>(__builtin_bswap64(bytes_->number<std::uint64_t>()))});
            case Op::kBinUnicode: return push({std::string(bytes_->text(bytes_->number<std::uint32_t>()))});
            case Op::kShortBinString: return push({std::string(bytes_->text(bytes_->number<std::uint8_t>()))});
            case Op::kEmptyTuple: return push({TupleNode{}});
            case Op::kEmptyList: return push({ListNode{}});
            case Op::kEmptyDict: return push({DictNode{}});
            case Op::kTuple: return tuple_from_mark();
            case Op::kTuple1: return tuple_of(1);
            case Op::kTuple2: return tuple_of(2);
            case Op::kTuple3: return tuple_of(3);
            case Op::kAppend: return append(1);
            case Op::kAppends: return append_from_mark();
            case Op::kSetItem: return set_items(2);
            case Op::kSetItems: return set_from_mark();
            case Op::kBinPut: return remember(bytes_->number<std::uint8_t>());
            case Op::kLongBinPut: return remember(bytes_->number<std::uint32_t>());
            case Op::kMemoize: return remember(static_cast<std::uint32_t>(memo_.size()));
            case Op::kBinGet: return recall(bytes_->number<std::uint8_t>());
            case Op::kLongBinGet: return recall(bytes_->number<std::uint32_t>());
            case Op::kGlobal: return global();
            case Op::kReduce: return reduce();
            case Op::kBuild: return build();
            case Op::kBinPersId: return storage();
            case Op::kStop: break;
        }
        return make_error(Code::kUnsupported,
                          "its pickle uses the opcode {}, which weights do not need; nothing was executed; save the "
                          "file again with torch.save(..., pickle_protocol=2)",
                          opcode_name(code));
    }

    Status push(Node node) {
        pickle_.nodes.push_back(std::move(node));
        stack_.push_back(&pickle_.nodes.back());
        return {};
    }

    // The number of values that may be popped: never below the last mark.
    [[nodiscard]] std::size_t poppable() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

    Result<Nodes> pop(std::size_t count) {
        if (poppable() < count) return malformed("a value is missing");
        Nodes top(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
        stack_.resize(stack_.size() - count);
        return top;
    }

    Result<Nodes> pop_to_mark() {
        if (marks_.empty()) return malformed("a mark is missing");
        Result<Nodes> top = pop(poppable());
        marks_.pop_back();
        return top;
    }

    // Pops `count` values, or all down to the mark, and appends them to the container below.
    template <class Container>
    Result<std::pair<Container*, Nodes>> taken_by(Result<Nodes> items) {
        if (!items) return std::move(items).error();
        Container* owner = poppable() == 0 ? nullptr : stack_.back()->template get<Container>();
        if (owner == nullptr) return malformed("what is filled is not a list or dict");
        return std::pair{owner, std::move(items).value()};
    }

    Status protocol() {
        const auto version = bytes_->number<std::uint8_t>();
        if (version <= 5) return {};
        return make_error(Code::kUnsupported, "its pickle has protocol {}; known: 0 to 5", version);
    }

    Status long1() {
        const auto digits = bytes_->take(bytes_->number<std::uint8_t>());
        if (digits.size() > 8)
            return make_error(Code::kUnsupported, "it holds an integer of {} bytes; at most 8 are supported",
                              digits.size());
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < digits.size(); ++i) number |= static_cast<std::uint64_t>(digits[i]) << (8 * i);
        const auto unused = static_cast<int>(64 - 8 * digits.size());  // the sign is that of the last byte present
        return push({digits.empty() ? std::int64_t{0} : static_cast<std::int64_t>(number << unused) >> unused});
    }

    Status tuple_of(std::size_t count) {
        GOETIA_ASSIGN(Nodes items, pop(count));
        return push({TupleNode{std::move(items)}});
    }

    Status tuple_from_mark() {
        GOETIA_ASSIGN(Nodes items, pop_to_mark());
        return push({TupleNode{std::move(items)}});
    }

    Status append_to_list(Result<Nodes> popped) {
        GOETIA_ASSIGN(auto taken, taken_by<ListNode>(std::move(popped)));
        taken.first->items.insert(taken.first->items.end(), taken.second.begin(), taken.second.end());
        return {};
    }
    Status append(std::size_t count) { return append_to_list(pop(count)); }
    Status append_from_mark() { return append_to_list(pop_to_mark()); }

    Status put_in_dict(Result<Nodes> popped) {
        GOETIA_ASSIGN(auto taken, taken_by<DictNode>(std::move(popped)));
        const Nodes& items = taken.second;
        if (items.size() % 2 != 0) return malformed("a key has no value");
        for (std::size_t i = 0; i < items.size(); i += 2) taken.first->entries.emplace_back(items[i], items[i + 1]);
        return {};
    }
    Status set_items(std::size_t count) { return put_in_dict(pop(count)); }
    Status set_from_mark() { return put_in_dict(pop_to_mark()); }

    Status remember(std::uint32_t place) {
        if (poppable() == 0) return malformed("there is nothing to remember");
        memo_[place] = stack_.back();
        return {};
    }

    Status recall(std::uint32_t place) {
        const auto found = memo_.find(place);
        if (found == memo_.end()) return malformed("it refers to a value that does not exist");
        stack_.push_back(found->second);
        return {};
    }

    Status global() {
        const std::string_view module = bytes_->line();
        const std::string_view word = bytes_->line();
        if (!bytes_->ok()) return cut_off();
        std::string name = fmt::format("{}.{}", module, word);
        if (is_known(name)) return push({GlobalNode{std::move(name)}});
        return make_error(Code::kUnsupported,
                          "it holds '{}', which is not plain data; nothing was executed; allowed: tensors, numbers, "
                          "texts, lists, tuples and dicts; "
                          "save model.state_dict() in place of the object",
                          name);
    }

    Status reduce() {
        GOETIA_ASSIGN(const Nodes call, pop(2));
        const auto* function = call[0]->get<GlobalNode>();
        const auto* arguments = call[1]->get<TupleNode>();
        if (function == nullptr || arguments == nullptr) return malformed("a call of something that is not a function");
        const Nodes& given = arguments->items;
        if (function->name == kOrderedDict) return ordered_dict(given);
        if (function->name == kSize && given.size() == 1 && whole_numbers(given[0]))
            return stack_.push_back(given[0]), Status();
        if (function->name == kParameter && given.size() == 3 && given[0]->get<TensorNode>() != nullptr)
            return stack_.push_back(given[0]), Status();
        if (function->name == kTensor1 || function->name == kTensor2 || function->name == kTensor3)
            return tensor(function->name == kTensor3, given);
        return malformed(fmt::format("a call of '{}' with wrong arguments", function->name));
    }

    // OrderedDict() or, from Python 2, OrderedDict([[key, value], ...]).
    Status ordered_dict(const Nodes& given) {
        DictNode dict;
        const auto* pairs = given.size() == 1 ? given[0]->get<ListNode>() : nullptr;
        if (!given.empty() && pairs == nullptr) return malformed("an OrderedDict of something that is not a list");
        for (const Node* pair : pairs != nullptr ? pairs->items : Nodes{}) {
            const auto* list = pair->get<ListNode>();
            const auto* tuple = pair->get<TupleNode>();
            const Nodes& two = list != nullptr ? list->items : tuple != nullptr ? tuple->items : Nodes{};
            if (two.size() != 2) return malformed("an entry of an OrderedDict is not a pair");
            dict.entries.emplace_back(two[0], two[1]);
        }
        return push({std::move(dict)});
    }

    // (storage, offset, size, stride, requires_grad, hooks[, metadata]); v3 has the type before the metadata.
    Status tensor(bool has_type, const Nodes& given) {
        const auto* storage = given.size() >= 4 ? given[0]->get<StorageNode>() : nullptr;
        const auto* offset = storage != nullptr ? given[1]->get<std::int64_t>() : nullptr;
        auto shape = offset != nullptr ? whole_numbers(given[2]) : std::nullopt;
        auto strides = offset != nullptr ? whole_numbers(given[3]) : std::nullopt;
        if (!shape || !strides || shape->size() != strides->size()) return malformed("a tensor with wrong arguments");
        DType type = storage->dtype;
        if (has_type) {
            const auto* global = given.size() >= 7 ? given[6]->get<GlobalNode>() : nullptr;
            const auto known = global != nullptr ? dtype_of_global(global->name) : std::nullopt;
            if (!known) return malformed("a tensor without a type");
            type = *known;
        }
        return push({TensorNode{*storage, type, *offset, std::move(*shape), std::move(*strides)}});
    }

    // Accepts only an OrderedDict's attribute `_metadata` (layer versions), which is ignored.
    Status build() {
        GOETIA_ASSIGN(const Nodes state, pop(1));
        if (poppable() == 0 || stack_.back()->get<DictNode>() == nullptr)
            return malformed("attributes of something that is not a dict");
        const auto* attributes = state[0]->get<DictNode>();
        if (attributes == nullptr) return malformed("attributes that are not a dict");
        for (const auto& [key, value] : attributes->entries) {
            const auto* name = key->get<std::string>();
            if (name == nullptr || *name != "_metadata") {
                return make_error(Code::kUnsupported,
                                  "it sets the attribute '{}' of a dict; only '_metadata' is allowed",
                                  name != nullptr ? *name : "?");
            }
        }
        return {};
    }

    // ('storage', type, key, location, numel[, view]); a view is (key, offset, numel) of a part, or None.
    Status storage() {
        GOETIA_ASSIGN(const Nodes id, pop(1));
        const auto* tuple = id[0]->get<TupleNode>();
        if (tuple == nullptr || tuple->items.size() < 5) return malformed("a storage without its five fields");
        const Nodes& fields = tuple->items;
        const auto* word = fields[0]->get<std::string>();
        const auto* global = fields[1]->get<GlobalNode>();
        const auto* key = fields[2]->get<std::string>();
        const auto* numel = fields[4]->get<std::int64_t>();
        if (word == nullptr || *word != "storage" || global == nullptr || key == nullptr || numel == nullptr)
            return malformed("a storage with wrong fields");
        const auto type = global->name == kUntyped ? DType::kUInt8 : dtype_of_storage(global->name);
        if (!type) return malformed(fmt::format("a storage of type '{}'", global->name));
        StorageNode made{*key, *type, *numel, 0};
        if (fields.size() > 5 && fields[5]->get<std::monostate>() == nullptr) {
            const auto* view = fields[5]->get<TupleNode>();
            if (view == nullptr || view->items.size() != 3) return malformed("a part of a storage with wrong fields");
            const auto* offset = view->items[1]->get<std::int64_t>();
            const auto* size = view->items[2]->get<std::int64_t>();
            if (offset == nullptr || size == nullptr) return malformed("a part of a storage with wrong fields");
            made.offset = *offset, made.numel = *size;
        }
        return push({std::move(made)});
    }

    ByteReader* bytes_;
    Pickle pickle_;
    Nodes stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint32_t, Node*> memo_;
};

}  // namespace

std::optional<DType> dtype_of_storage(std::string_view global) {
    for (const TypeNames& one : kTypes) {
        if (global.starts_with("torch.") && global.substr(6) == one.storage) return one.type;
    }
    return std::nullopt;
}

std::string_view storage_global(DType type) {
    return std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeNames& one) { return one.type == type; })->storage;
}

std::optional<DType> dtype_of_global(std::string_view global) {
    for (const TypeNames& one : kTypes) {
        if (global.starts_with("torch.") && global.substr(6) == one.torch) return one.type;
    }
    return std::nullopt;
}

Result<Pickle> read_pickle(ByteReader& bytes) { return Machine(bytes).run(); }

}  // namespace goetia::pickle
