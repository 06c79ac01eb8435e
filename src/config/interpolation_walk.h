// The evaluator of interpolation.h: parses references and follows them through the document.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/interpolation.h"
#include "config/value_lexer.h"

namespace goetia::config {

// The target of a reference: a node of the document with its path, or a computed value.
struct Target {
    const Node* node = nullptr;
    Path path;
};

class Evaluator {
  public:
    explicit Evaluator(const Node& root, const RunValues* run = nullptr) : root_(root), run_(run) {}

    // What `node` at `path` stands for: itself, or the target of its reference.
    Result<Target> follow(const Node& node, const Path& path);
    // Evaluates the text of the node at `path`.
    Result<Target> evaluate(const std::string& text, const Path& path);
    // The value with every reference below it resolved; `out` is its path in the resolved document.
    Result<Json> materialise(const Target& target, const std::string& out);
    // The target of `key` from the root; a missing one is not an error.
    Result<Target> find(const std::string& key) { return select(key, {}, false); }
    // Resolves the whole document and collects its faults.
    Json materialise_root(std::vector<Fault>& faults);
    // The present values of the texts that refer to the run, to be stored in their place.
    std::vector<std::pair<Path, Json>> fixed_texts(std::vector<Fault>& faults);

    std::set<std::string> from_environment;
    std::set<std::string> notices;

  private:
    friend class Resolvers;

    // interpolation_text.cpp: the grammar
    Result<Target> text(std::string_view text, const Path& path);
    Result<Target> reference(std::string_view text, std::size_t& at, const Path& path);
    Result<std::string> key_step(std::string_view text, std::size_t& at, const Path& path);
    Result<Target> call(const std::string& name, std::string_view text, std::size_t& at, const Path& path);
    Result<Json> element(ValueLexer& lexer, const Path& path);
    Result<Json> element_inside(ValueLexer& lexer, const Path& path);
    Result<Json> word(ValueLexer& lexer, const Path& path, bool is_key);
    Result<Json> quoted(ValueLexer& lexer, const Path& path);
    Result<Json> list(ValueLexer& lexer, const Path& path);
    Result<Json> map(ValueLexer& lexer, const Path& path);
    Result<std::vector<Json>> arguments(ValueLexer& lexer, const Path& path);
    Result<Json> single_element(const std::string& expression, const Path& path);
    Result<std::string> text_of(const Target& target) const;

    // interpolation_walk.cpp: the document
    Result<Target> look_up(const std::string& key, const Path& path);
    // The node is null if there is none of that name. `strict` refuses "???" and paths through plain values.
    Result<Target> select(const std::string& key, const Path& path, bool strict);
    Result<Target> from_environment_word(const std::string& name);
    [[nodiscard]] Status check_environment() const;  // whether it may be read
    Status children(const Target& target, const std::string& out, Json& into, std::vector<Fault>* faults);
    Result<Json> materialise_inside(const Target& target, const std::string& out, std::vector<Fault>* faults);
    Target made(Json value);
    Status count_reference();
    [[nodiscard]] std::string chain() const;

    // interpolation_resolvers.cpp
    Result<Target> resolver(const std::string& name, const std::vector<Json>& arguments, const Path& path);

    const Node& root_;
    const RunValues* run_;
    std::set<Path> of_the_run_;           // texts that refer to values of the run
    std::deque<Node> made_;               // computed values
    std::vector<const Node*> following_;  // references being resolved, to detect cycles
    std::vector<std::string> following_names_;
    std::vector<const Node*> opened_;  // containers being written out
    std::uint64_t environment_reads_ = 0;
    std::uint64_t references_ = 0;  // these limit the cost of a malicious document
    std::uint64_t values_ = 0;
    std::size_t bytes_ = 0;
    int depth_ = 0;
};

}  // namespace goetia::config
