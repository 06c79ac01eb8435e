// What a plug-in enters its components into: the same lists as the built-in ones, each entry with the plug-in's name as
// its origin. The checks are made while the plug-in compiles, with a sentence for each mistake.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "learn/components.h"

namespace goetia {

template <class List>
class PluginList;

template <class Base, class... Context>
class PluginList<Registry<Base, Context...>> {
  public:
    PluginList(Registry<Base, Context...>& list, const std::string& origin) : list_(list), origin_(origin) {}

    template <class C>
    Status add() {
        static_assert(std::derived_from<C, Base>,
                      "a component must derive from the interface of its kind: goetia::Model, goetia::Loss, "
                      "goetia::Transform, ...");
        static_assert(Described<C>,
                      "a component must describe itself: write 'static goetia::Schema schema()' in it, with its name, "
                      "a sentence and its parameters");
        static_assert(
            !Described<C> || MakesItself<C, Context...> || std::is_constructible_v<C, const Args&, Context...>,
            "a component must have a constructor from 'const goetia::Args&' (and its kind's context), or a static "
            "'make' of the same");
        static_assert(!std::is_abstract_v<C>, "a component must override every pure virtual function of its interface");
        if constexpr (std::derived_from<C, Base> && Described<C> && !std::is_abstract_v<C>) {
            return list_.add_entry({C::schema(), make<C>, origin_});
        } else {
            return {};
        }
    }

  private:
    // As a built-in one is made, but what the user's code throws becomes an Error.
    template <class C>
    static Result<std::shared_ptr<Base>> make(const Args& args, Context... context) {
        try {
            if constexpr (MakesItself<C, Context...>) {
                auto made = C::make(args, context...);
                if (!made) return std::move(made).error();
                return std::shared_ptr<Base>(std::move(made).value());
            } else {
                return std::shared_ptr<Base>(std::make_shared<C>(args, context...));
            }
        } catch (const std::exception& fault) {
            const std::string words = fault.what();
            return failed("its constructor threw: {}", words.substr(0, words.find('\n')));
        }
    }

    Registry<Base, Context...>& list_;
    const std::string& origin_;
};

// One for each plug-in, while its GOETIA_COMPONENTS runs.
class PluginRegistry {
  public:
    PluginRegistry(Components& components, std::string origin) : origin_(std::move(origin)), components_(components) {}

  private:
    std::string origin_;
    Components& components_;

  public:
    PluginList<ModelRegistry> models{components_.models, origin_};
    PluginList<BackboneRegistry> backbones{components_.backbones, origin_};
    PluginList<NeckRegistry> necks{components_.necks, origin_};
    PluginList<HeadRegistry> heads{components_.heads, origin_};
    PluginList<LossRegistry> losses{components_.losses, origin_};
    PluginList<AnchorsRegistry> anchors{components_.anchors, origin_};
    PluginList<AssignerRegistry> assigners{components_.assigners, origin_};
    PluginList<BoxCoderRegistry> box_coders{components_.box_coders, origin_};
    PluginList<BoxSamplerRegistry> box_samplers{components_.box_samplers, origin_};
    PluginList<DatasetRegistry> datasets{components_.datasets, origin_};
    PluginList<SamplerRegistry> samplers{components_.samplers, origin_};
    PluginList<TransformRegistry> transforms{components_.transforms, origin_};
    PluginList<BatchTransformRegistry> batch_transforms{components_.batch_transforms, origin_};
    PluginList<OptimizerRegistry> optimizers{components_.optimizers, origin_};
    PluginList<SchedulerRegistry> schedulers{components_.schedulers, origin_};
    PluginList<MetricRegistry> metrics{components_.metrics, origin_};
    PluginList<HookRegistry> hooks{components_.hooks, origin_};
};

}  // namespace goetia
