// goetia weights inspect|convert|compare: lists, converts and compares files of weights.
#include <numeric>

#include <fmt/ranges.h>

#include "apps/goetia/command.h"
#include "base/hash.h"
#include "weights/compare.h"
#include "weights/named_tensors.h"

namespace goetia::cli {
namespace {

constexpr std::size_t kShownDifferences = 20;

std::string sha256_of(const Tensor& tensor) {
    return sha256_hex({reinterpret_cast<const char*>(tensor.data), tensor.bytes()});
}

Json tensor_json(const Tensor& tensor) {
    return {{"dtype", dtype_name(tensor.dtype)}, {"shape", tensor.shape}, {"sha256", sha256_of(tensor)}};
}

// The complete content of a file; tensors as their properties, tuples as lists, numeric keys of a dict as strings.
Json contents_of(const Value& value) {
    if (value.is<bool>()) return value.as<bool>();
    if (value.is<std::int64_t>()) return value.as<std::int64_t>();
    if (value.is<double>()) return value.as<double>();
    if (value.is<std::string>()) return value.as<std::string>();
    if (value.is<Tensor>()) return tensor_json(value.as<Tensor>());
    if (value.is<List>() || value.is<Tuple>()) {
        Json list = Json::array();
        for (const Value& item : value.is<List>() ? value.as<List>() : value.as<Tuple>().items)
            list.push_back(contents_of(item));
        return list;
    }
    if (!value.is<Dict>()) return nullptr;
    Json dict = Json::object();
    for (const auto& [key, item] : value.as<Dict>())
        dict[key.is<std::string>() ? key.as<std::string>() : std::to_string(key.as<std::int64_t>())] =
            contents_of(item);
    return dict;
}

Result<Outcome> inspect(const std::string& file, bool all) {
    Json json{{"file", file}, {"format", is_safetensors_name(file) ? "safetensors" : "pth"}};
    std::map<std::string, Tensor> tensors;
    if (all && !is_safetensors_name(file)) {
        GOETIA_ASSIGN(const Value value, read_pth(file));
        json["contents"] = contents_of(value);
        if (auto named = named_tensors(value)) tensors = std::move(*named);
    } else {
        GOETIA_ASSIGN(tensors, read_named_tensors(file));
    }
    std::int64_t numbers = 0;
    std::uint64_t bytes = 0;
    std::size_t width = 4;
    for (const auto& [name, tensor] : tensors)
        numbers += tensor.elements(), bytes += tensor.bytes(), width = std::max(width, name.size());
    Json list = Json::array();
    std::string text;
    for (const auto& [name, tensor] : tensors) {
        Json properties{{"name", name}};
        properties.update(tensor_json(tensor));
        text += fmt::format("{:<{}}  {}\n", name, width, shape_text(tensor));
        list.push_back(std::move(properties));
    }
    json["tensors"] = std::move(list), json["numbers"] = numbers, json["bytes"] = bytes;
    text += fmt::format("{} tensors, {} numbers, {:.1f} MiB\n", tensors.size(), numbers,
                        static_cast<double>(bytes) / (1 << 20));
    return Outcome{.json = std::move(json), .text = std::move(text)};
}

// From .pth to .pth everything is kept (an old file is upgraded); other conversions keep only the weights.
Result<Outcome> convert(const std::string& from, const std::string& to) {
    WrittenFile written;
    if (!is_safetensors_name(from) && !is_safetensors_name(to)) {
        GOETIA_ASSIGN(const Value value, read_pth(from));
        GOETIA_ASSIGN(written, write_pth(to, value));
    } else {
        GOETIA_ASSIGN(const auto tensors, read_named_tensors(from));
        GOETIA_ASSIGN(written, write_named_tensors(to, tensors));
    }
    return Outcome{.json = {{"file", to}, {"bytes", written.bytes}, {"sha256", written.sha256}},
                   .text = fmt::format("wrote '{}', {} bytes, sha256 {}\n", to, written.bytes, written.sha256)};
}

std::string sentence(const TensorDifference& found, const std::map<std::string, Tensor>& a,
                     const std::map<std::string, Tensor>& b) {
    switch (found.kind) {
        case Difference::kOnlyInFirst:
            return fmt::format("{}: only in the first, {}", found.name, shape_text(a.at(found.name)));
        case Difference::kOnlyInSecond:
            return fmt::format("{}: only in the second, {}", found.name, shape_text(b.at(found.name)));
        case Difference::kNumbers: return fmt::format("{}: differs by at most {:.3g}", found.name, found.largest);
        default:
            return fmt::format("{}: {} and {}", found.name, shape_text(a.at(found.name)), shape_text(b.at(found.name)));
    }
}

Result<Outcome> compare(const std::string& first, const std::string& second) {
    GOETIA_ASSIGN(const auto a, read_named_tensors(first));
    GOETIA_ASSIGN(const auto b, read_named_tensors(second));
    const std::vector<TensorDifference> found = compare_tensors(a, b);
    Json differences = Json::array();
    std::string text;
    for (std::size_t i = 0; i < found.size(); ++i) {
        differences.push_back(
            {{"name", found[i].name}, {"kind", difference_name(found[i].kind)}, {"largest", found[i].largest}});
        if (i < kShownDifferences) text += sentence(found[i], a, b) + "\n";
    }
    if (found.size() > kShownDifferences) text += fmt::format("and {} more\n", found.size() - kShownDifferences);
    text += found.empty() ? fmt::format("the same: {} tensors, bit for bit\n", a.size())
                          : fmt::format("{} tensors differ\n", found.size());
    return Outcome{.json = {{"equal", found.empty()}, {"differences", std::move(differences)}},
                   .text = std::move(text),
                   .exit_code = found.empty() ? kOk : kProblemsFound};
}

}  // namespace

void add_weights_commands(Command& app, Context& context) {
    Command& noun = app.command(
        "weights", "Files of weights: .pth (zip and legacy) and .safetensors; their content is never executed");
    noun.needs_command();

    struct Words {
        std::string first, second;
        bool all = false;
    };
    const auto words = std::make_shared<Words>();

    Command& inspecting = noun.command("inspect", "List a file's tensors: name, type, shape and (with --json) SHA-256");
    inspecting.positional("FILE", words->first, "a .pth or .safetensors file").required();
    inspecting.flag("--all", words->all, "with --json: everything the file holds, not the weights alone");
    context.on(inspecting, [words] { return inspect(words->first, words->all); });

    Command& converting =
        noun.command("convert", "Write a file's weights in the format given by the new file's extension");
    converting.positional("FROM", words->first, "a .pth or .safetensors file").required();
    converting.positional("TO", words->second, "the file to write; an existing one is replaced").required();
    context.on(converting, [words] { return convert(words->first, words->second); });

    Command& comparing = noun.command(
        "compare", "Report which tensors of two files differ, and by how much; exit code 8 if any differs");
    comparing.positional("A", words->first, "a .pth or .safetensors file").required();
    comparing.positional("B", words->second, "the other file").required();
    context.on(comparing, [words] { return compare(words->first, words->second); });
}

}  // namespace goetia::cli
