// The components of one kind, entered in explicit lists (builtin_*.cpp, a plug-in's register function). A component
// without a schema does not compile, a second one of the same name is refused, an unknown name is answered with the
// nearest one.
//
//   Registry<Transform> transforms(Kind::kTransform);
//   GOETIA_TRY(transforms.add<ColorJitter>());
//   GOETIA_ASSIGN(auto jitter, transforms.make({{"type", "ColorJitter"}, {"hue", 0.1}}, "augmentation.train[1]"));
#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "base/nearest.h"
#include "base/result.h"
#include "component/args.h"
#include "component/schema.h"

namespace goetia {

template <class C>
concept Described = requires {
    { C::schema() } -> std::same_as<Schema>;
};

// C is made by its constructor C(const Args&, Context...), or by a static
// Result<std::unique_ptr<C>> C::make(const Args&, Context...) when making it can fail.
template <class C, class... Context>
concept MakesItself = requires(const Args& args, Context... context) { C::make(args, context...); };

template <class Base, class... Context>
class Registry {
  public:
    using Pointer = std::shared_ptr<Base>;
    using Factory = std::function<Result<Pointer>(const Args&, Context...)>;

    struct Entry {
        Schema schema;
        Factory factory;
        std::string origin;  // "built-in", or the plug-in's file
    };

    explicit Registry(Kind kind) : kind_(kind) {}

    template <Described C>
        requires std::derived_from<C, Base>
    Status add(const std::string& origin = "built-in") {
        return add_entry({C::schema(),
                          [](const Args& args, Context... context) -> Result<Pointer> {
                              if constexpr (MakesItself<C, Context...>) {
                                  auto made = C::make(args, context...);
                                  if (!made) return std::move(made).error();
                                  return Pointer(std::move(made).value());
                              } else {
                                  return Pointer(std::make_shared<C>(args, context...));
                              }
                          },
                          origin});
    }

    Status add_entry(Entry entry) {
        const std::string name = entry.schema.name();
        const auto [place, is_new] = entries_.try_emplace(name, std::move(entry));
        if (is_new) return {};
        return make_error(Code::kWrongState, "{} '{}' is already registered by {}; give yours another name",
                          kind_name(kind_), name, place->second.origin);
    }

    [[nodiscard]] Result<const Entry*> find(const std::string& name) const {
        if (const auto found = entries_.find(name); found != entries_.end()) return &found->second;
        const std::string near = nearest_name(name, names());
        std::string known;
        for (const std::string& one : names()) known += (known.empty() ? "" : ", ") + one;
        return not_found("no {} '{}'; {}known: {}", kind_name(kind_), name,
                         near.empty() ? "" : fmt::format("did you mean '{}'? ", near), known);
    }

    // Checks `config` (a mapping with "type") against the schema, then makes the component; `path` is where the
    // document says it.
    [[nodiscard]] Result<Pointer> make(const Json& config, const std::string& path, Context... context) const {
        if (!config.is_object() || !config.contains("type") || !config["type"].is_string()) {
            return invalid("{} needs a mapping with 'type' naming a {}, found {}", path, kind_name(kind_),
                           config.dump());
        }
        auto entry = find(config["type"].get<std::string>());
        if (!entry) return std::move(entry).error().within(path);
        const Schema& schema = (*entry)->schema;
        if (std::vector<Fault> faults = schema.check(config, path); !faults.empty()) {
            Error error = invalid("{} '{}' cannot be made from {}", kind_name(kind_), schema.name(), path);
            error.faults = std::move(faults);
            return error;
        }
        auto made = (*entry)->factory(Args(schema.complete(config)), context...);
        if (!made)
            return std::move(made).error().within(fmt::format("{} '{}' ({})", kind_name(kind_), schema.name(), path));
        return made;
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> list;
        for (const auto& [name, entry] : entries_) list.push_back(name);
        return list;
    }

    [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }
    [[nodiscard]] Kind kind() const { return kind_; }

  private:
    Kind kind_;
    std::map<std::string, Entry> entries_;
};

}  // namespace goetia
