#include <charconv>
#include <cmath>
#include <unordered_map>

#include "base/json.h"
#include "graph/text.h"

namespace goetia {
namespace {

// Reads one line from left to right; the first fault is kept, and everything after it reads as nothing.
class LineReader {
  public:
    explicit LineReader(std::string_view line) : rest_(line) {}

    [[nodiscard]] bool ok() const { return fault_.empty(); }
    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] bool at_end() { return skip_spaces(), rest_.empty(); }
    void fail(std::string message) {
        if (fault_.empty()) fault_ = std::move(message);
        rest_ = {};
    }
    bool accept(std::string_view word) {
        skip_spaces();
        if (!rest_.starts_with(word)) return false;
        return rest_.remove_prefix(word.size()), true;
    }
    void expect(std::string_view word) {
        if (!accept(word)) fail(fmt::format("'{}' is missing before '{}'", word, rest_.substr(0, 20)));
    }
    // Up to a space or one of `ends`.
    std::string_view word(std::string_view ends = "") {
        skip_spaces();
        std::size_t length = 0;
        while (length < rest_.size() && rest_[length] != ' ' && ends.find(rest_[length]) == std::string_view::npos)
            ++length;
        const std::string_view found = rest_.substr(0, length);
        rest_.remove_prefix(length);
        if (found.empty()) fail("the line ends too early or a word is missing");
        return found;
    }
    std::string quoted() {
        skip_spaces();
        std::size_t end = 1;
        while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
        const Json json = end < rest_.size() ? Json::parse(rest_.substr(0, end + 1), nullptr, false) : Json();
        if (!json.is_string()) return fail("a text in quotes is missing"), std::string();
        rest_.remove_prefix(end + 1);
        return json.get<std::string>();
    }
    Extents extents() {
        skip_spaces();
        const std::size_t end = rest_.find(']');
        const auto found = end == std::string_view::npos ? std::nullopt : extents_from_text(rest_.substr(0, end + 1));
        if (!found) return fail(fmt::format("'{}' is no shape", rest_.substr(0, 20))), Extents();
        rest_.remove_prefix(end + 1);
        return *found;
    }
    template <class Number>
    Number number(std::string_view ends) {
        const std::string_view text = word(ends);
        Number value{};
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (code != std::errc() || end != text.data() + text.size()) fail(fmt::format("'{}' is no number", text));
        return value;
    }
    template <class Number>
    std::vector<Number> numbers() {
        std::vector<Number> list;
        expect("[");
        if (accept("]")) return list;
        do list.push_back(number<Number>(",]"));
        while (accept(","));
        return expect("]"), list;
    }

  private:
    void skip_spaces() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }
    std::string_view rest_;
    std::string fault_;
};

int digit_of(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

class GraphTextReader {
  public:
    Result<ModelGraph> read(std::string_view text) {
        for (int number = 1; !text.empty(); ++number) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            if (line.empty()) continue;
            LineReader reader(line);
            read_line(reader);
            if (reader.ok() && !reader.at_end()) reader.fail("something follows behind the end");
            if (!reader.ok()) return invalid("line {} of the graph cannot be read: {}", number, reader.fault());
        }
        return std::move(graph_);
    }

  private:
    void read_line(LineReader& line) {
        if (line.accept("graph ")) graph_.name = line.quoted();
        else if (line.accept("fact ")) read_fact(line);
        else if (line.accept("input ")) graph_.inputs.push_back(add(line, read_value(line)));
        else if (line.accept("constant ")) read_constant(line);
        else if (line.accept("output ")) graph_.outputs.push_back(known(line, line.word()));
        else read_node(line);
    }

    void read_fact(LineReader& line) {
        const std::string name = line.quoted();
        graph_.facts[name] = line.quoted();
    }

    static GraphValue read_value(LineReader& line) {
        GraphValue value;
        line.expect("%");
        value.name = line.word();
        const std::string_view element = line.word();
        if (const auto known = element_named(element)) value.element = *known;
        else line.fail(fmt::format("'{}' is no type", element));
        value.shape = line.extents();
        return value;
    }

    ValueId add(LineReader& line, GraphValue value) {
        const auto [at, is_new] = ids_.emplace(value.name, static_cast<ValueId>(graph_.values.size()));
        if (value.name.find_first_of(",()") != std::string::npos)
            line.fail(fmt::format("'{}' is no name: it holds a comma or a bracket", value.name));
        else if (!is_new) line.fail(fmt::format("'{}' is defined twice", value.name));
        else graph_.add_value(std::move(value));
        return at->second;
    }

    ValueId known(LineReader& line, std::string_view name) {
        const auto found = name.starts_with('%') ? ids_.find(std::string(name.substr(1))) : ids_.end();
        if (found != ids_.end()) return found->second;
        line.fail(fmt::format("'{}' is not defined above", name));
        return kNoValue;
    }

    void read_constant(LineReader& line) {
        GraphValue value = read_value(line);
        line.expect("=");
        std::vector<std::byte> bytes;
        if (!line.at_end()) {
            const std::string_view digits = line.word();
            if (digits.size() % 2 != 0) line.fail("a constant has half a byte");
            for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
                const int high = digit_of(digits[i]), low = digit_of(digits[i + 1]);
                if (high < 0 || low < 0) return line.fail(fmt::format("'{}' is no byte", digits.substr(i, 2)));
                bytes.push_back(static_cast<std::byte>(high * 16 + low));
            }
        }
        if (grows(value.shape)) line.fail("a constant cannot grow with the batch");
        if (!line.ok()) return;
        value.constant = GraphConstant::of_bytes(value.element, lengths_at(value.shape, 1), std::move(bytes));
        add(line, std::move(value));
    }

    void read_node(LineReader& line) {
        GraphNode node;
        GraphValue output = read_value(line);
        line.expect("=");
        const std::string_view name = line.word("(");
        const auto op = op_named(name);
        if (!op) return line.fail(fmt::format("'{}' is no operation", name));
        node.op = *op;
        line.expect("(");
        while (line.ok() && !line.accept(")")) {
            const std::string_view input = line.word(",)");
            node.inputs.push_back(input == "_" ? kNoValue : known(line, input));
            line.accept(",");
        }
        line.expect("{");
        while (line.ok() && !line.accept("}")) read_attribute(line, node);
        node.layer = line.quoted();
        if (!line.ok()) return;
        node.output = add(line, std::move(output));
        graph_.nodes.push_back(std::move(node));
    }

    static void read_attribute(LineReader& line, GraphNode& node) {
        const std::string name(line.word("="));
        line.expect("=");
        for (const AttributeRule& rule : op_rule(node.op).attributes) {
            if (rule.name == name) return void(node.attributes[name] = read_as(line, rule.kind));
        }
        line.fail(fmt::format("'{}' has no attribute '{}'", op_rule(node.op).name, name));
    }

    static Attribute read_as(LineReader& line, AttributeKind kind) {
        switch (kind) {
            case AttributeKind::kWhole: return line.number<std::int64_t>("}");
            case AttributeKind::kNumber: return line.number<double>("}");
            case AttributeKind::kText: return line.quoted();
            case AttributeKind::kWholes: return line.numbers<std::int64_t>();
            case AttributeKind::kNumbers: return line.numbers<double>();
            case AttributeKind::kExtents: break;
        }
        return line.extents();
    }

    ModelGraph graph_;
    std::unordered_map<std::string, ValueId> ids_;
};

}  // namespace

Result<ModelGraph> graph_from_text(std::string_view text) { return GraphTextReader().read(text); }

}  // namespace goetia
