// The registry of components of one kind, filled from explicit lists (builtin_*.cpp, a plug-in's register function). A
// component without a schema does not compile, a second one of the same name is refused, and an unknown name is
// answered with the nearest one.
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
#include <vector>

#include "base/result.h"
#include "component/args.h"
#include "component/schema.h"

namespace goetia {

template <class C>
concept Described = requires {
    { C::schema() } -> std::same_as<Schema>;
};

// C is constructed by C(const Args&, Context...), or, if that can fail, by a static Result<std::unique_ptr<C>>
// C::make(const Args&, Context...).
template <class C, class... Context>
concept MakesItself = requires(const Args& args, Context... context) { C::make(args, context...); };

// What is known of a component without constructing it.
struct ComponentInfo {
    Schema schema;
    std::string origin;  // "built-in", or the plug-in's file

    ComponentInfo(Schema schema, std::string origin);
    virtual ~ComponentInfo();
};

// The type-independent part: names, schemas and messages. Only Registry knows the type that is constructed.
class RegistryCore {
  public:
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::vector<const ComponentInfo*> components() const;  // by name
    [[nodiscard]] Result<const ComponentInfo*> find(const std::string& name) const;

  protected:
    explicit RegistryCore(Kind kind);
    RegistryCore(RegistryCore&&) noexcept;
    ~RegistryCore();

    Status enter(std::unique_ptr<const ComponentInfo> component);

    // The component that `config` (a mapping with "type") names, once its schema accepts it.
    [[nodiscard]] Result<const ComponentInfo*> checked(const Json& config, const std::string& path) const;

    // Adds to `error` the component that could not be constructed and where the document names it.
    [[nodiscard]] Error creation_error(Error error, const ComponentInfo& component, const std::string& path) const;

  private:
    Kind kind_;
    std::map<std::string, std::unique_ptr<const ComponentInfo>> components_;
};

template <class Base, class... Context>
class Registry : public RegistryCore {
  public:
    using Pointer = std::shared_ptr<Base>;
    using Factory = std::function<Result<Pointer>(const Args&, Context...)>;

    struct Entry : ComponentInfo {
        Factory factory;

        Entry(Schema schema, Factory made_by, std::string origin)
            : ComponentInfo(std::move(schema), std::move(origin)), factory(std::move(made_by)) {}
    };

    explicit Registry(Kind kind) : RegistryCore(kind) {}

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

    Status add_entry(Entry entry) { return enter(std::make_unique<const Entry>(std::move(entry))); }

    // Checks `config` (a mapping with "type") against the schema and constructs the component; `path` is its place in
    // the document.
    [[nodiscard]] Result<Pointer> make(const Json& config, const std::string& path, Context... context) const {
        GOETIA_ASSIGN(const ComponentInfo* const component, checked(config, path));
        auto made = entry(*component).factory(component->schema.arguments(config), context...);
        if (!made) return creation_error(std::move(made).error(), *component, path);
        return made;
    }

    [[nodiscard]] std::vector<const Entry*> entries() const {
        std::vector<const Entry*> list;
        for (const ComponentInfo* component : components()) list.push_back(&entry(*component));
        return list;
    }

  private:
    static const Entry& entry(const ComponentInfo& component) { return static_cast<const Entry&>(component); }
};

}  // namespace goetia
